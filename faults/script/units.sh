# units.sh UNIT...: which of the services that the inventory has on this
# node run. What else runs there is the node's own matter.
for unit in "$@"; do
	echo "$unit=$(systemctl show "$unit" -p ActiveState --value)"
done
