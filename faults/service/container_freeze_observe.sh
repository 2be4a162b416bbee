# container_freeze_observe.sh NAME ID: the engine says that it is paused.
choose
look >/dev/null || exit 1
if [ "$status" != paused ]; then
	exit 1
fi
echo "$name is paused by $engine, with all of its processes"
