# container_freeze_inject.sh NAME ID: the engine has the kernel freeze every process
# of the container.
choose || exit 1
look || exit 1
if [ "$key" != "$(before Id)" ]; then
	echo "$name is another container than it was when the fault was armed"
	exit 1
fi
if [ "$status" != paused ]; then
	engine pause "$key" >/dev/null
fi
