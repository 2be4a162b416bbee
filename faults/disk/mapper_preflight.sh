# mapper_preflight.sh: is it a device whose table can be changed under those who use it?
module dm_mod dm_create "device mapper" || exit 1
module "dm_$kind" "${kind}_ctr" "$kind target of the device mapper" || exit 1
if ! name=$(info name) || [ -z "$name" ]; then
	echo "$device is no device of the device mapper (a logical volume is one): only beneath those can anything be put while they are used"
	exit 1
fi
if ! has=$(live) || [ -z "$has" ]; then
	echo "the table of $device cannot be read"
	exit 1
fi
case $(echo "$has" | cut -d ' ' -f 3 | sort -u) in
linear) ;;
delay | flakey | error)
	echo "$device has a fault in its table already, which is of nobody here: $(echo "$has" | head -n 1)"
	exit 1
	;;
*)
	echo "$device does not simply lie on other devices (its table has targets other than linear): name one that does"
	exit 1
	;;
esac
if [ "$(info readonly)" != Writeable ]; then
	echo "$device is read-only, which it would not be with another table"
	exit 1
fi
if [ "$(info suspended,tables_loaded)" != Active:Live ]; then
	echo "$device is being changed by somebody: $(info suspended,tables_loaded)"
	exit 1
fi
for holder in "/sys/dev/block/$(info major,minor)/holders"/*; do
	if [ -e "$holder" ]; then
		echo "${holder##*/} lies on $device, and what lies on that would be struck uncounted: name the topmost"
		exit 1
	fi
done
if grep -q "^/dev/dm-$(info minor) " /proc/swaps 2>/dev/null; then
	echo "the node swaps to $device"
	exit 1
fi
if ! said=$(look); then
	echo "$device cannot be read: $(echo "$said" | tail -n 1)"
	exit 1
fi
