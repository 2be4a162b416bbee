# cpu_load_observe.sh: the kernel says how long the unit's programs have computed
# within a tenth of a second. A node that has other work gives them less than was
# asked: where it is under a quarter they are watched for longer, and under a
# twentieth there is no load.
# While it grows the unit itself looks, at whole seconds, and its last look counts
# for five.
if read -r taken at noted 2>/dev/null <reached; then
	read -r up idle </proc/uptime
	if [ "$taken" -lt 1 ] || [ $((${up%.*} - noted / 1000)) -gt 5 ]; then
		exit 1
	fi
	echo "$workers programs take $taken % of a processor, on the way to $most % ($share % of $workers) within $ramp s"
	exit 0
fi
before=$(computed "$unit" 2>/dev/null) && from=$(date +%s%N) || exit 1
for patience in 0.1 0.5; do
	sleep "$patience"
	after=$(computed "$unit" 2>/dev/null) && to=$(date +%s%N) || exit 1
	taken=$(((after - before) * 100000 / (to - from)))
	if [ $((taken * 4)) -ge "$most" ]; then
		break
	fi
done
if [ $((taken * 20)) -lt "$most" ]; then
	exit 1
fi
echo "$workers programs take $taken % of a processor, asked $most % ($share % of $workers)"
