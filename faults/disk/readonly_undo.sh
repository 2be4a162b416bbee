# readonly_undo.sh: takes writes again, if it was this fault that forbade them.
set -eu
if [ "$ERIS_TOUCHED" = yes ] && [ "$(state)" = ro ]; then
	set -- $(mounted)
	mount -o remount,rw "$1" "$mount"
fi
rm -f "$file"
