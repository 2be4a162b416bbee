# Which processes the kernel has in a cgroup, or a unit, $unit, and which one a process is.
listed() { # listed GROUP: the file with those of that cgroup; fails where there is none
	for root in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
		if [ -n "$1" ] && [ -r "$root$1/cgroup.procs" ]; then
			echo "$root$1/cgroup.procs"
			return
		fi
	done
	return 1
}
born() { # born PID: when it was started, by which it is told from a later one of its number
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}
within() { # within GROUP: of that cgroup, and of those right below it
	if list=$(listed "$1"); then
		cat "$list" "${list%/*}"/*/cgroup.procs 2>/dev/null
	fi
}
processes() { # of the unit's cgroup
	within "$(systemctl show "$unit" -p ControlGroup --value)"
}
