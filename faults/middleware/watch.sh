# What a momentary fault leaves running beside the unit, and how it ends. It takes
# unit and id from the lines before.
beside=eris-$id-watch-$unit

watch() { # watch ARGS...: starts program.sh, for no longer than the fault lives
	if [ "$(systemctl show "$beside" -p ActiveState --value)" = active ] || [ -e ended ]; then
		return
	fi
	read -r until <ttl-until
	read -r up idle </proc/uptime
	systemd-run --quiet --collect --unit="$beside" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
		--property=TasksMax=32 --property=MemoryMax=64M --property=TimeoutStopSec=2 \
		sh "/run/eris/$id/program.sh" "/run/eris/$id" "$@"
}
