# readonly_undo.sh: takes writes again, if it was this fault that forbade them.
set -eu
if [ "$ERIS_TOUCHED" = yes ] && [ "$(state)" = ro ]; then
	mount -o remount,rw "$mount"
fi
rm -f "$file"
