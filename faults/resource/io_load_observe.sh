# io_load_observe.sh: the kernel says how much the unit's processes have read
# and written within half a second.
before=$(moved)
from=$(date +%s%N)
sleep 0.5
after=$(moved)
to=$(date +%s%N)
if [ "$after" -le "$before" ]; then
	exit 1
fi
asked="as much as the disk can"
if [ "$rate" != 0 ]; then
	asked="at most $((rate * workers)) MiB"
fi
echo "$(((after - before) * 1000 / ((to - from) / 1000000) / 1048576)) MiB a second are read and written below $4, asked $asked"
