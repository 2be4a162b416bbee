# memory_leak_inject.sh: starts the unit with a tmpfs of its own, moves its process
# into the service's group when its bounds are there, and lets it take the memory.
# Waits for all of it, or the first step of a ramp.
set -eu
if [ -e taken ] && [ "$(systemctl show "$unit" -p ActiveState --value)" = active ]; then
	exit 0
fi
places
if ! most=$(wanted); then
	echo "$most"
	exit 1
fi
mkdir -p memory
echo "$((most * 1024 * 1024)) $((reserve * 512)) $ramp" >asked
start "MemoryMax=$((most + 32))M" MemorySwapMax=0 TasksMax=8 "TemporaryFileSystem=/run/eris/$id/memory:size=${most}M,mode=0700"
bounded memory $(((most + 32) * 1024 * 1024)) "$(kernel "$unit" memory memory.max memory.limit_in_bytes)"
bounded processes 8 "$(kernel "$unit" pids pids.max pids.max)"
pid=$(systemctl show "$unit" -p MainPID --value)
place() { # the process's place before others; systemd says active when it has forked, and sets the rest after
	cat "/proc/$pid/oom_score_adj" 2>/dev/null
}
looks=100
while now=$(place) && [ "$now" != 1000 ] && [ "$looks" -gt 0 ]; do # not of a process that is gone
	sleep 0.05
	looks=$((looks - 1))
done
bounded "place before others where memory is short" 1000 "$(place)"
echo "$pid $(born "$pid")" >holder
into=$(procs)
echo "$pid" >"$into" || true # whether it is there is asked below
if ! members | grep -q -x "$pid"; then
	systemctl kill --signal=KILL "$unit" 2>/dev/null
	echo "the kernel takes no further process into the group of $service"
	exit 1
fi
main=$(service_main) || main=
if [ -n "$main" ]; then
	main="$main $(born "$main")"
fi
read -r until <ttl-until
read -r up idle </proc/uptime
if [ "$(systemctl show "$watch" -p ActiveState --value)" != active ]; then
	systemd-run --quiet --collect --unit="$watch" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) --property=TasksMax=16 \
		--property=MemoryMax=64M --property=TimeoutStopSec=2 sh "/run/eris/$id/program.sh" "/run/eris/$id" watch "$pid" "$(born "$pid")" "$service" $main
fi
: >go
taking
