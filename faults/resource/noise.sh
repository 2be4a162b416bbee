switches() { # how often the unit's programs have given up a processor to wait
	group=$(systemctl show "$unit" -p ControlGroup --value)
	if [ -z "$group" ]; then
		return 1
	fi
	for root in /sys/fs/cgroup /sys/fs/cgroup/pids; do
		if [ -r "$root$group/cgroup.procs" ]; then
			sum=0
			for pid in $(cat "$root$group/cgroup.procs"); do
				sum=$((sum + $(sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' "/proc/$pid/status" 2>/dev/null || echo 0) + 0))
			done
			echo "$sum"
			return
		fi
	done
	return 1
}

