# container_healthy.sh NAME ...: the engine says that the container runs. What
# follows asks the service itself.
choose || exit 1
look || exit 1
if [ "$status" != running ]; then
	echo "$name is $status"
	exit 1
fi
