# container_crash_loop_observe.sh NAME ID CRASH SIGNAL PAUSE: processes of the
# container are gone, and who kills them is there.
signal=$4 pause=$5
read -r count old 2>/dev/null <killed || exit 1
if [ "$(property "$beside" ActiveState)" != active ]; then
	exit 1
fi
name=$1
choose
look >/dev/null || exit 1
echo "$name was killed $count times by SIG$signal, asked every $pause s; it is $status"
