# detach_observe.sh: the kernel has no disk at its place.
read -r at <was || exit 1
if [ ! -e struck ] || [ -e "/sys/bus/scsi/devices/$at" ]; then
	exit 1
fi
echo "no disk is at $at, where $device was"
