# mount.sh ID MOUNT ...: what the steps of a fault of a file system share.
id=$1 mount=$2
at=${mount%/}
file=$at/eris-$id.fill
many=$at/eris-$id.inodes

mounted() { # mounted: its device, kind and options, as the kernel has them; the last one mounted there counts
	found=
	while read -r device point kind options rest; do
		if [ "$point" = "$mount" ]; then
			found="$device $kind $options"
		fi
	done </proc/mounts
	if [ -z "$found" ]; then
		return 1
	fi
	echo "$found"
}

# elsewhere: where the same file system is mounted beside $mount: another part of
# it, a subvolume, or the same directory a second time. By its number where the
# kernel tells it, else by its device.
elsewhere() {
	if [ -r /proc/self/mountinfo ]; then
		number=
		while read -r entry parent device root point rest; do
			if [ "$point" = "$mount" ]; then
				number=$device
			fi
		done </proc/self/mountinfo
		while read -r entry parent device root point rest; do
			if [ "$device" = "$number" ] && [ "$point" != "$mount" ]; then
				echo "$point"
				return 0
			fi
		done </proc/self/mountinfo
		return 1
	fi
	set -- $(mounted)
	source=$1
	while read -r device point rest; do
		case $source in
		/*)
			if [ "$device" = "$source" ] && [ "$point" != "$mount" ]; then
				echo "$point"
				return 0
			fi
			;;
		esac
	done </proc/mounts
	return 1
}

state() { # state: ro or rw
	set -- $(mounted)
	case ,${3:-}, in
	*,ro,*) echo ro ;;
	,,) echo none ;;
	*) echo rw ;;
	esac
}

free() { # free: KiB that root may still write
	df -Pk "$mount" | tail -n 1 | (read -r device size used left rest && echo "$left")
}

inodes() { # inodes: those that are left, - where the file system has no fixed number
	df -Pi "$mount" | tail -n 1 | (read -r device all used left rest && if [ "$all" = 0 ]; then echo -; else echo "$left"; fi)
}

needed() { # needed: the undo writes there
	for directory in /run /var/lib /etc; do
		if [ "$(df -Pk "$directory" | tail -n 1 | sed 's/.*% //')" = "$mount" ]; then
			return
		fi
	done
	return 1
}

