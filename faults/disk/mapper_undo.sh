# mapper_undo.sh: the table that it had. One that somebody else has given it meanwhile
# is left alone, as is the device that is not there any more.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -s was ]; then
	exit 0
fi
if ! info name >/dev/null; then
	if [ -e "$device" ]; then
		echo "the device mapper says nothing of $device"
		exit 1
	fi
	exit 0
fi
if waits; then
	dmsetup clear "$device"
fi
if struck; then
	dmsetup load "$device" was
	dmsetup resume "$device"
fi
if [ "$(info suspended)" = Suspended ] && [ "$(live)" = "$(cat was)" ]; then
	dmsetup resume "$device" # its inject was broken off by the kernel
fi
rm -f made
