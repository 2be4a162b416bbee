# memory_load_inject.sh: starts the unit with a tmpfs of its own, and lets it
# take the memory when its bounds are there. Waits
# for all of it, or the first step of a ramp.
set -eu
if ! most=$(wanted); then
	echo "$most"
	exit 1
fi
mkdir -p memory
echo "$((most * 1024 * 1024)) $((reserve * 512)) $ramp" >asked
start "MemoryMax=$((most + 32))M" MemorySwapMax=0 TasksMax=8 "TemporaryFileSystem=/run/eris/$id/memory:size=${most}M,mode=0700"
bounded memory $(((most + 32) * 1024 * 1024)) "$(kernel "$unit" memory memory.max memory.limit_in_bytes)"
bounded processes 8 "$(kernel "$unit" pids pids.max pids.max)"
: >go
taking
