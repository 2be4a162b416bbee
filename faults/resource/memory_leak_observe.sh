# memory_leak_observe.sh: the kernel says that the leak's process is in the service's
# group, and that this has as much in use as was taken, at least.
read -r bytes floor ramp 2>/dev/null <asked || exit 1
read -r taken 2>/dev/null <taken || exit 1
read -r pid start 2>/dev/null <holder || exit 1
places
if [ "$(born "$pid")" != "$start" ] || ! members | grep -q -x "$pid"; then
	exit 1
fi
now=$(inuse) && limit=$(most) || exit 1
if [ "$now" -lt "$taken" ]; then
	exit 1
fi
asked="asked $use %"
if [ "$taken" -lt "$bytes" ]; then
	asked="on the way to $use % within $ramp s"
fi
echo "$service has $((now / 1048576)) of $((limit / 1048576)) MiB of memory in use, $((now / (limit / 100))) %, of which $((taken / 1048576)) MiB were taken; $asked"
