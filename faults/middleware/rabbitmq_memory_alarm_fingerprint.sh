# rabbitmq_memory_alarm_fingerprint.sh: how much memory this member may have, in
# bytes, and whether it has an alarm. Those of other members change by themselves.
if ! active; then
	echo "Unit=inactive"
	exit 0
fi
own=$(own)
if [ -z "$own" ]; then
	exit 1
fi
echo "Unit=active"
echo "MemoryLimit,Alarm=$own"
