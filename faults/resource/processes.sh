# processes.sh: the processes of a unit ($unit), and when each was started.
processes() { # of the unit's cgroup, and of those right below it
	group=$(systemctl show "$unit" -p ControlGroup --value)
	if [ -z "$group" ]; then
		return
	fi
	for root in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
		if [ -r "$root$group/cgroup.procs" ]; then
			for file in "$root$group/cgroup.procs" "$root$group"/*/cgroup.procs; do
				cat "$file" 2>/dev/null
			done
			return
		fi
	done
}

born() { # born PID: when it was started, by which it is told from a later one of its number
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

