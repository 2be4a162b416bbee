# cgroup.sh: what the kernel itself says of a unit's limits, in either version of
# cgroups. The last two arguments of kernel are the file's name in version 2 and
# in version 1.
controller() { # controller NAME: which version has it, and where; fails where it limits nothing
	if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
		case " $(cat /sys/fs/cgroup/cgroup.controllers) " in
		*" $1 "*) echo "2 /sys/fs/cgroup" ;;
		*) return 1 ;;
		esac
		return
	fi
	if [ "$1" = io ]; then # as version 2 calls it
		set -- blkio
	fi
	if [ ! -w "/sys/fs/cgroup/$1/cgroup.procs" ]; then
		return 1
	fi
	echo "1 /sys/fs/cgroup/$1"
}

path() { # path UNIT, or a control group, as which it is told
	case $1 in
	/* | '') echo "$1" ;;
	*) systemctl show "$1" -p ControlGroup --value ;;
	esac
}

kernel() { # kernel UNIT CONTROLLER FILE2 FILE1
	group=$(path "$1")
	set -- "$@" $(controller "$2")
	case ${group:+$5} in
	2) cat "$6$group/$3" 2>/dev/null ;;
	1) cat "$6$group/$4" 2>/dev/null ;;
	*) return 1 ;;
	esac
}

# systemd tells of the time only where it keeps a cgroup for it alone, so it is
# read where the kernel counts it in any case.
computed() { # computed UNIT: microseconds of processors that its processes have taken
	group=$(path "$1")
	if [ -z "$group" ]; then
		return 1
	fi
	for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		if [ -r "$root$group/cpu.stat" ]; then
			sed -n 's/^usage_usec //p' "$root$group/cpu.stat"
			return
		fi
	done
	read -r nanoseconds <"/sys/fs/cgroup/cpuacct$group/cpuacct.usage" && echo $((nanoseconds / 1000))
}

quota() { # quota UNIT: what it may have, in percent of one processor, or max
	set -- "$1" $(kernel "$1" cpu cpu.max cpu.cfs_quota_us)
	case ${2:-max} in
	max | -1)
		echo max
		return
		;;
	esac
	period=${3:-$(kernel "$1" cpu cpu.max cpu.cfs_period_us)}
	echo $((($2 * 100 + period / 2) / period))
}

io() { # io UNIT: its limits for disks, as version 2 writes them: DEVICE rbps=N wbps=N
	for direction in r w; do
		file=read
		if [ "$direction" = w ]; then
			file=write
		fi
		kernel "$1" io io.max "blkio.throttle.${file}_bps_device" | while read -r device limits; do
			case $limits in
			*=*) [ "$direction" = w ] || echo "$device $limits" ;;
			*) echo "$device ${direction}bps=$limits" ;;
			esac
		done
	done | tr '\n' ' '
}

