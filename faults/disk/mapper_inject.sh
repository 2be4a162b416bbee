# mapper_inject.sh: the kernel changes one table for the other in one step, with what
# is under way done before.
set -eu
if [ "$(live)" != "$(cat was)" ]; then
	echo "the table of $device is not what it was when the fault was armed"
	exit 1
fi
between <was >made
dmsetup load "$device" made
dmsetup resume "$device"
