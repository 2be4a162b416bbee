# fingerprint.sh ...: the state of the switch, and which of its ports are down.
# Ports come and go with what is plugged in; that one is up is nothing to be restored.
echo "Switch=$switch"
for device in $devices; do
	if is_up "$device"; then
		echo "Device=$device up"
	else
		echo "Device=$device down"
	fi
done
for part in $(parts); do
	if ! is_up "$part"; then
		echo "Down=$part"
	fi
done
