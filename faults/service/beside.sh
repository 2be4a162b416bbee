# beside.sh UNIT ID NAME ...: what a fault does while it is held runs in a unit of
# its own, beside the struck one.
unit=$1 id=$2 name=$3
beside=eris-$id-$name-$unit
property() { # property UNIT NAME
	systemctl show "$1" -p "$2" --value
}
begin() { # begin ARGS...: starts program.sh, for no longer than the fault lives; $room is its most of memory
	if [ "$(property "$beside" ActiveState)" = active ]; then
		return
	fi
	read -r until <ttl-until
	read -r up idle </proc/uptime
	systemd-run --quiet --collect --unit="$beside" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
		--property=TasksMax=64 --property=MemoryMax="${room:-64M}" --property=TimeoutStopSec=2 \
		sh "/run/eris/$id/program.sh" "/run/eris/$id" "$@"
}

