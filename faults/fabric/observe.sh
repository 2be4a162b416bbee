# observe.sh ...: no interface of the switch is up, and so many nodes behind it
# no longer let anybody in, asked from this machine, of those that did before.
if [ ! -s switch.up ]; then
	exit 1
fi
for device in $devices; do
	if is_up "$device"; then
		exit 1
	fi
done
down=0
while IFS= read -r part; do
	if is_up "$part"; then
		exit 1
	fi
	down=$((down + 1))
done <switch.up
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
echo "$switch is off: $down interfaces down, $lost of $asked nodes behind it no longer let this machine in"
