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
processes() { # processes GROUP: the file with its processes, where no other is below it
	for root in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
		if [ -r "$root$1/cgroup.procs" ]; then
			for below in "$root$1"/*/cgroup.procs; do
				if [ -e "$below" ]; then
					return
				fi
			done
			echo "$root$1/cgroup.procs"
			return
		fi
	done
}
read -r pid <main
in=$(group "$pid") || true
if [ -z "$in" ]; then # it was restarted since
	pid=$(systemctl show "$unit" -p MainPID --value)
	in=$(group "$pid") || true
fi
list=
if [ -n "$in" ]; then
	list=$(processes "$in")
fi
all=
if [ -n "$list" ]; then
	all=$(cat "$list")
fi
if [ "$keep" = true ]; then
	: >"/run/eris/$id/hold"
else
	echo "$pid" $all >killed
fi
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
