# Which processes the kernel has in a cgroup, and which one a process is.
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
