# rabbitmq_memory_alarm_fingerprint.sh: how much memory this member may have, in
# bytes, and whether it has an alarm. Those of other members change by themselves.
if ! active; then
	echo "Unit=inactive"
	exit 0
fi
me=$(control eval 'node().' 2>/dev/null | tr -d "'")
limit=$(control eval 'vm_memory_monitor:get_memory_limit().' 2>/dev/null)
status=$(control cluster_status --formatter json 2>/dev/null)
if [ -z "$me" ] || [ -z "$limit" ] || [ -z "$status" ]; then
	exit 1
fi
echo "Unit=active"
echo "MemoryLimit=$limit"
case $status in
*"{\"node\":\"$me\",\"resource\":\"memory\""*) echo "MemoryAlarm=yes" ;;
*) echo "MemoryAlarm=no" ;;
esac
