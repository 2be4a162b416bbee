# detach_undo.sh: the adapter looks for it where it was. A boot has done so itself,
# and may have given the adapter another number.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -e struck ]; then
	exit 0
fi
read -r at boot <was
read -r now </proc/sys/kernel/random/boot_id
if [ "$boot" = "$now" ]; then
	attach "$at"
	again kept
	rm -f attached
fi
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	if place >/dev/null; then
		exit 0
	fi
	sleep 0.1 # its name is given by udev
done
echo "$device is not there"
exit 1
