# mapper_undo.sh: the table that it had. One that somebody else has given it meanwhile
# is left alone, as is the device that is not there any more.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -s was ]; then
	exit 0
fi
if waits; then
	dmsetup clear "$device"
fi
if struck; then
	dmsetup load "$device" was
	dmsetup resume "$device"
fi
rm -f made
