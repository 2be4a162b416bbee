# slow_preflight.sh: the undo does not wait for the disk that it is to free.
points=$(mounted)
if [ "$points" = btrfs ]; then
	echo "$device is a part of a btrfs, and nobody can tell here whether the undo has to write there"
	exit 1
fi
for point in $points; do
	for needed in /run /var/lib /etc; do
		if [ "$point" = "$(df -Pk "$needed" | tail -n 1 | sed 's/.*% //')" ]; then
			echo "the undo has to write to $point, which is on $device"
			exit 1
		fi
	done
done
