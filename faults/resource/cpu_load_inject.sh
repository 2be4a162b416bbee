# cpu_load_inject.sh: starts the programs, and lets them compute when their quota is there.
set -eu
echo "$workers" >asked
start "CPUQuota=$most%" "CPUWeight=$weight" MemoryMax=128M "TasksMax=$((workers + 8))"
bounded processors "$most" "$(quota "$unit")"
bounded memory $((128 * 1024 * 1024)) "$(kernel "$unit" memory memory.max memory.limit_in_bytes)"
bounded processes $((workers + 8)) "$(kernel "$unit" pids pids.max pids.max)"
: >go
