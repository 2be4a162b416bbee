# container_restart_observe.sh NAME ID VERB: the run of the container that was is over.
read -r old then 2>/dev/null <was || exit 1
choose
look >/dev/null || exit 1
if [ "$status" = stopping ]; then # asked to, and at its work
	exit 1
fi
if [ "$status" != running ]; then
	echo "$name is $status in $engine, its process $old has ended"
	exit 0
fi
if [ "$started" = "$then" ]; then
	exit 1
fi
echo "$name is running again, its process $old is now $pid"
