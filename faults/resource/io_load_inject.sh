# io_load_inject.sh: starts the programs, and lets them write when their bounds are there.
set -eu
mkdir -p "$files"
chmod 0700 "$files"
echo "$files $rate $workers $size $ramp $unit" >asked
if [ "$ramp" -gt 0 ] && [ ! -e go ]; then
	: >climbing
fi
start MemoryMax=256M "TasksMax=$((workers * 3 + 8))" CPUWeight=20
bounded memory $((256 * 1024 * 1024)) "$(kernel "$unit" memory memory.max memory.limit_in_bytes)"
bounded processes $((workers * 3 + 8)) "$(kernel "$unit" pids pids.max pids.max)"
: >go
