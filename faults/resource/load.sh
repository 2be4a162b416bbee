# load.sh ID NAME BOUNDS ...: what the steps of a load share.
id=$1 name=$2 bounds=$3
unit=eris-$id-load-$name.service

start() { # start PROPERTY...: the unit with program.sh, which waits for the file go
	if [ "$(systemctl show "$unit" -p ActiveState --value)" = active ]; then
		return
	fi
	read -r until <ttl-until
	read -r up idle </proc/uptime
	for property in "$@"; do
		shift
		set -- "$@" "--property=$property"
	done
	systemd-run --quiet --collect --unit="$unit" "$@" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
		--property=OOMScoreAdjust=1000 --property=TimeoutStopSec=2 --property=CPUAccounting=yes \
		--property=MemoryAccounting=yes --property=TasksAccounting=yes \
		sh "/run/eris/$id/program.sh" "/run/eris/$id"
}

bounded() { # bounded WHAT ASKED KERNEL: ends the unit where the kernel does not have what was asked
	if [ "$2" != "$3" ]; then
		systemctl kill --signal=KILL "$unit" 2>/dev/null
		echo "the kernel does not bound the load's $1: ${3:-nothing} where $2 was asked"
		exit 1
	fi
}

