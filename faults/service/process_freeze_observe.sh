# process_freeze_observe.sh NAME ID START: every process of that name stands still.
all=$(list)
if [ ! -s stopped ] || [ -z "$all" ] || echo "$all" | cut -d ' ' -f 3 | grep -q -v T; then
	exit 1
fi
echo "$name is stopped, all of its $(echo "$all" | wc -l | tr -d ' ') processes"
