# cpu_throttle_observe.sh UNIT ID CONTROLLER QUOTA: the kernel has the quota, and
# the service keeps to it.
if [ "$(quota "$unit")" != "$4" ]; then
	exit 1
fi
before=$(computed "$unit" 2>/dev/null) && from=$(date +%s%N) || exit 1
sleep 0.05
after=$(computed "$unit" 2>/dev/null) && to=$(date +%s%N) || exit 1
echo "$unit may have $4 % of a processor and takes $(((after - before) * 100000 / (to - from))) %"
