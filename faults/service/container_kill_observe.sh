# container_kill_observe.sh NAME ID SIGNAL KEEP: the container is down; without KEEP
# it is enough that another process has taken the killed one's place, while the
# effect has not been seen: later that is the end of it.
signal=$3 keep=$4
choose
look >/dev/null || exit 1
case $status in
exited | stopped)
	echo "$name is $status in $engine by SIG$signal"
	exit 0
	;;
esac
if [ "$keep" = true ] || [ ! -r killed ] || [ "$(cat state 2>/dev/null)" = held ]; then
	exit 1
fi
if [ "$status" = restarting ]; then
	echo "$name is restarting in $engine, its process $(cat killed) was killed by SIG$signal"
	exit 0
fi
if [ "$pid" = "$(cat killed)" ]; then
	exit 1
fi
echo "$name is $status again, its process $(cat killed) was killed by SIG$signal and is now $pid"
