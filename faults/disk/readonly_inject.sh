# readonly_inject.sh: writes what is under way, and then takes no more.
set -eu
if [ "$(state)" = rw ]; then
	set -- $(mounted)
	mount -o remount,ro "$1" "$mount" # with both named, fstab's options are not laid over those that it has
fi
