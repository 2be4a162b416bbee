# cpu_throttle_observe.sh SERVICE ID CONTROLLER QUOTA: the kernel has the quota, and
# the service keeps to it.
if [ "$(quota "$(service_group)")" != "$4" ]; then
	exit 1
fi
before=$(computed "$(service_group)" 2>/dev/null) && from=$(date +%s%N) || exit 1
sleep 0.05
after=$(computed "$(service_group)" 2>/dev/null) && to=$(date +%s%N) || exit 1
echo "$service may have $4 % of a processor and takes $(((after - before) * 100000 / (to - from))) %"
