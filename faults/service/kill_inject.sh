# kill_inject.sh UNIT ID SIGNAL KEEP: kills every process of the unit, the main one
# first, by its cgroup and never by a name. systemd is asked to do it only where the
# cgroup has others below it, or cannot be told: to ask takes longer than to kill.
set -eu
unit=$1 id=$2 signal=$3 keep=$4
group() { # group PID: the cgroup of that process, if it is the unit's
	while IFS= read -r line; do
		case $line in
		0::*"/$unit" | *:name=systemd:*"/$unit")
			echo "${line##*:}"
			return
			;;
		esac
	done 2>/dev/null <"/proc/$1/cgroup"
}
alone() { # alone GROUP: the processes in it, where no other is below it
	list=$(listed "$1") || return 0
	for below in "${list%/*}"/*/cgroup.procs; do
		if [ -e "$below" ]; then
			return
		fi
	done
	cat "$list"
}
read -r pid <main
in=$(group "$pid") || true
if [ -z "$in" ]; then # it was restarted since
	pid=$(systemctl show "$unit" -p MainPID --value)
	in=$(group "$pid") || true
fi
all=$(alone "$in")
if [ "$keep" = true ]; then
	: >"/run/eris/$id/hold"
fi
echo "$pid" $all >killed
if [ -z "$all" ]; then
	systemctl kill --signal="$signal" "$unit"
	exit
fi
kill -s "$signal" "$pid"
for process in $all; do
	if [ "$process" != "$pid" ]; then
		kill -s "$signal" "$process" 2>/dev/null || true # it has ended with the main one
	fi
done
