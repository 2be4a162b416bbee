# readonly_inject.sh: writes what is under way, and then takes no more.
set -eu
if [ "$(state)" = rw ]; then
	mount -o remount,ro "$mount"
fi
