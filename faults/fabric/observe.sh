# observe.sh ...: nothing that was taken down is up, and so many nodes behind it no
# longer answer this machine, of those that did before. Where there are nodes behind
# it and none is lost, the switch is not seen to be off.
if [ ! -s switch.down ]; then
	exit 1
fi
for device in $devices; do
	is_up "$device"
	[ $? = 1 ] || exit 1
done
down=0
while IFS= read -r part; do
	is_up "$part"
	case $? in
	1) down=$((down + 1)) ;;
	3) ;; # unplugged meanwhile
	*) exit 1 ;;
	esac
done <switch.down
now=$(knock | sort)
lost=0 asked=0
while IFS= read -r door; do
	asked=$((asked + 1))
	case "
$now
" in
	*"
$door
"*) ;;
	*) lost=$((lost + 1)) ;;
	esac
done <switch.doors
if [ -n "$doors" ] && [ "$lost" = 0 ]; then
	exit 1
fi
echo "$switch is off: $down interfaces down, $lost of $asked nodes behind it no longer answer this machine"
