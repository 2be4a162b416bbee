# reload_observe.sh: the same run of the unit is reloading, or was since.
read -r invocation changed pid 2>/dev/null <was || exit 1
if [ "$(property "$unit" InvocationID)" != "$invocation" ]; then
	exit 1
fi
case $(property "$unit" ActiveState) in
reloading) echo "$unit is reloading, its process $pid goes on" ;;
active)
	now=$(property "$unit" StateChangeTimestampMonotonic)
	if [ "$now" = "$changed" ] || [ "$(property "$unit" ReloadResult)" != success ]; then
		exit 1
	fi
	echo "$unit was reloaded, its process $pid goes on"
	;;
*) exit 1 ;;
esac
