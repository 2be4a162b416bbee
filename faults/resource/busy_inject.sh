# busy_inject.sh: starts the unit, and lets it begin when its bounds are there.
echo "$programs" >asked
start "CPUQuota=$most%" CPUWeight=100 MemoryMax=256M "TasksMax=$tasks"
bounded processors "$most" "$(quota "$unit")"
bounded memory $((256 * 1024 * 1024)) "$(kernel "$unit" memory memory.max memory.limit_in_bytes)"
bounded processes "$tasks" "$(kernel "$unit" pids pids.max pids.max)"
: >go
