# kill_observe.sh UNIT ID SIGNAL KEEP: the unit is down; while the effect has not been
# seen it is enough that the processes that were killed are gone, or without KEEP that
# another has taken their place: later that is the end of it.
unit=$1 signal=$3 keep=$4
vanished() { # vanished PID...: none of them runs any more
	for process in "$@"; do
		{ read -r line <"/proc/$process/stat"; } 2>/dev/null || continue
		case ${line##*) } in
		[ZX]*) ;;
		*) return 1 ;;
		esac
	done
}
now=
{ read -r now <state; } 2>/dev/null
# The kernel is asked first, where all of the unit's processes are known: systemd is
# busy with their end just then.
if [ "$now" = injecting ] && { read -r main others <killed; } 2>/dev/null && [ -n "$others" ] && vanished $main $others; then
	echo "$unit is down, its process $main is gone by SIG$signal"
	exit 0
fi
set -- $(systemctl show "$unit" -p ActiveState,SubState)
state="${1#*=} ${2#*=} "
case $state in
inactive* | failed* | 'activating auto-restart '*)
	# A restart that is due will find the condition false.
	echo "$unit is ${state% } by SIG$signal"
	exit 0
	;;
esac
if [ "$keep" = true ] || [ ! -r killed ] || [ "$now" = held ]; then
	exit 1
fi
pid=$(systemctl show "$unit" -p MainPID --value)
read -r main others <killed
case " $main $others " in
*" $pid "*) exit 1 ;;
esac
echo "$unit is $state, its process $main was killed and is now $pid"
