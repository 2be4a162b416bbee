# memory_leak.sh ID NAME BOUNDS SERVICE USE RESERVE RAMP: use in percent of the
# service's limit, reserve in MiB of the node's memory.
service=$4 use=$5 reserve=$6 ramp=$7
watch=eris-$id-load-$name-watch.service

limited() { # limited GROUP: how many bytes of memory it may have; fails where nothing limits it
	allowed=$(kernel "$1" memory memory.max memory.limit_in_bytes) || return 1
	case ${allowed:-max} in
	*[!0-9]*) return 1 ;;
	esac
	[ "${#allowed}" -lt 18 ] || return 1 # version 1 writes none as the largest number
	echo "$allowed"
}

# places sets leaf, the control group with the service's processes, and home, the one with
# its limit: Podman has the processes of a container in a part of its scope, and the limit
# on either. An engine takes its time to answer, so it is asked once a step.
places() {
	leaf=$(service_group 2>/dev/null) || leaf=
	root=$(controller memory)
	root=${root#* }
	if [ -n "$leaf" ] && [ -e "$root$leaf/container/cgroup.procs" ]; then
		leaf=$leaf/container
	fi
	home=$leaf
	if ! limited "$home" >/dev/null; then
		home=${home%/container}
	fi
}

most() { # how many bytes of memory the service may have; fails where nothing limits it, or the kernel does not tell
	limited "$home"
}

inuse() { # how many of them are in use and cannot be dropped: without the files that are only cached
	now=$(kernel "$home" memory memory.current memory.usage_in_bytes) || return 1
	cached=$(kernel "$home" memory memory.stat memory.stat) || return 1
	for part in $(echo "$cached" | sed -n 's/^\(active\|inactive\)_file //p'); do
		now=$((now - part))
	done
	echo "$now"
}

members() { # the processes of the service's group
	kernel "$leaf" memory cgroup.procs cgroup.procs
}

procs() { # the file that moves a process there
	[ -n "$leaf" ] && echo "$root$leaf/cgroup.procs"
}

wanted() { # how many MiB the leak is; fails with the reason why there is none
	if ! limit=$(most); then
		echo "$service has no limit of its memory towards which it could grow (MemoryMax)"
		return 1
	fi
	if ! before=$(inuse); then
		echo "the kernel does not tell how much memory $service has in use"
		return 1
	fi
	size=$(((limit / 100 * use - before) / 1048576))
	if [ "$size" -lt 1 ]; then
		echo "$((before / (limit / 100))) % of the memory that $service may have are in use already"
		return 1
	fi
	available=$(kib MemAvailable)
	if [ $((available / 1024 - size)) -lt "$reserve" ]; then
		echo "$((available / 1024)) MiB of the node's memory are available, which is not $size MiB and the reserve of $reserve MiB"
		return 1
	fi
	echo "$size"
}

