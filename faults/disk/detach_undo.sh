# detach_undo.sh: the adapter looks for it where it was. A boot has done so itself,
# and may have given the adapter another number.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -e struck ] || [ -e restored ]; then
	exit 0
fi
read -r at <was
rebooted || attach "$at"
found=
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	if found=$(place); then
		break
	fi
	sleep 0.1 # its name is given by udev
done
if [ -z "$found" ]; then
	echo "$device is not there"
	exit 1
fi
if rebooted; then
	echo "$found" >>attached
fi
sed "s/^$at /$found /" kept >set
again set
rm -f set attached
: >restored
