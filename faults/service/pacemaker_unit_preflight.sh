# The cluster must take what is struck for crashed at worst, and start it again.
if strikable; then
	if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
		refuse "$unit is $(systemctl show "$unit" -p ActiveState --value), not active, though Pacemaker has it here"
	fi
	for on in $(echo "$own" | attribute on-fail) $(echo "$config" | grep ' name="on-fail"' | attribute value); do
		case $on in
		restart) ;;
		*) refuse "when $name fails Pacemaker does not start it again: on-fail is $on" ;;
		esac
	done
	if [ -n "$(failures)" ]; then
		refuse "$name has failed on $here before, which the undo would forget with what it causes: crm_resource --cleanup --resource $name --node $here"
	fi
else
	wrong=1
fi
