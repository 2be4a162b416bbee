# rabbitmq_memory_alarm_preflight.sh: is there no alarm yet, and a watermark that can
# be put back?
case $status in
*'"alarms":[]'*) ;;
*)
	echo "the cluster has an alarm already: $(echo "$status" | sed -n 's/.*"alarms":\[\([^]]*\)\].*/\1/p')"
	exit 1
	;;
esac
had=$(watermark)
if ! echo "$had" | grep -q -x "$terms"; then
	echo "the broker's watermark is none that is put back: ${had:-not told}"
	exit 1
fi
