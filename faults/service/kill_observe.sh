# kill_observe.sh UNIT ID SIGNAL KEEP: the unit is down; without KEEP it is
# enough that another process has taken the killed one's place, while the effect
# has not been seen: later that is the end of it.
unit=$1 signal=$3 keep=$4
set -- $(systemctl show "$unit" -p ActiveState,SubState)
state="${1#*=} ${2#*=} "
case $state in
inactive* | failed* | 'activating auto-restart '*)
	# A restart that is due will find the condition false.
	echo "$unit is ${state% } by SIG$signal"
	exit 0
	;;
esac
if [ "$keep" = true ] || [ ! -r killed ] || [ "$(cat state 2>/dev/null)" = held ]; then
	exit 1
fi
pid=$(systemctl show "$unit" -p MainPID --value)
read -r main others <killed
case " $main $others " in
*" $pid "*) exit 1 ;;
esac
echo "$unit is $state, its process $main was killed and is now $pid"
