# fingerprint.sh ...: the state of the switch, the addresses that somebody has given
# it, and what inject has taken down and is not up. Ports come and go with what is
# plugged in, and those of others are nothing to be restored.
echo "Switch=$switch"
for device in $devices; do
	is_up "$device"
	case $? in
	0) echo "Device=$device up" ;;
	2)
		echo "ip does not say whether $device is up"
		exit 1
		;;
	*) echo "Device=$device down" ;;
	esac
	given "$device" | sed "s/^/Address=$device /"
done
if [ "${ERIS_TOUCHED:-no}" = yes ] && [ -e switch.down ]; then
	while IFS= read -r part; do
		is_up "$part"
		case $? in
		0 | 3) ;;
		*) echo "Down=$part" ;;
		esac
	done <switch.down
fi
