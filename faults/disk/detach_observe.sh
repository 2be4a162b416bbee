# detach_observe.sh: the kernel has no disk at its place.
read -r at boot <was || exit 1
if [ -e "/sys/bus/scsi/devices/$at" ] || [ -e "$device" ]; then
	exit 1
fi
echo "no disk is at $at, where $device was"
