# restart_observe.sh: the run of the unit that was is over, or about to be.
read -r invocation changed pid 2>/dev/null <was || exit 1
state=$(property "$unit" ActiveState)
if [ "$(property "$unit" InvocationID)" != "$invocation" ]; then
	echo "$unit is $state again, its process $pid is now $(property "$unit" MainPID)"
	exit 0
fi
case $state in
active | reloading) exit 1 ;;
esac
echo "$unit is $state, its process $pid has to end"
