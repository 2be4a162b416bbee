# healthy.sh ...: the switch is up. Whether the nodes behind it do their work is
# told by their own services.
for device in $devices; do
	if ! is_up "$device"; then
		echo "$device of $switch is down"
		exit 1
	fi
done
