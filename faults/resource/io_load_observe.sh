# io_load_observe.sh: the kernel says how much the unit's processes have read
# and written within half a second, or within what a slow one waits between two.
before=$(moved)
from=$(date +%s%N)
for patience in 0.5 1 1.5; do
	sleep "$patience"
	after=$(moved)
	to=$(date +%s%N)
	if [ "$after" -gt "$before" ]; then
		break
	fi
done
if [ "$after" -le "$before" ]; then
	exit 1
fi
asked="asked as much as the disk can"
if [ "$rate" != 0 ]; then
	asked="asked at most $((rate * workers)) MiB"
fi
if [ -e climbing ]; then
	asked="on the way to $((rate * workers)) MiB within $ramp s"
fi
echo "$(((after - before) * 1000 / ((to - from) / 1000000) / 1048576)) MiB a second are read and written below $4, $asked"
