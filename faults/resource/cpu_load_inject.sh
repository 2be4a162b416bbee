# cpu_load_inject.sh: starts the programs, and lets them compute when their quota is
# there. While it grows each is begun by another one, which ends it.
set -eu
echo "$workers $ramp $most $unit" >asked
if [ "$ramp" -gt 0 ] && [ ! -e go ]; then
	read -r up idle </proc/uptime
	echo "0 0 $((${up%.*} * 1000))" >reached
fi
start "CPUQuota=$most%" "CPUWeight=$weight" MemoryMax=128M "TasksMax=$((workers * 2 + 8))"
bounded processors "$most" "$(quota "$unit")"
bounded memory $((128 * 1024 * 1024)) "$(kernel "$unit" memory memory.max memory.limit_in_bytes)"
bounded processes $((workers * 2 + 8)) "$(kernel "$unit" pids pids.max pids.max)"
: >go
