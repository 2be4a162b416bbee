# disks.sh: functions of faults that take SCSI disks from a node, by the numbers
# HOST:CHANNEL:TARGET:LUN that the kernel knows them by, which stay when a disk's
# name changes. Source: https://docs.kernel.org/scsi/

block() { # block HCTL: its name, sdb
	for entry in "/sys/bus/scsi/devices/$1/block"/*; do
		if [ -e "$entry" ]; then
			echo "${entry##*/}"
			return 0
		fi
	done
	return 1
}

# spare NAME...: would nobody lose anything with the disks of these names, all at once?
# A file system or a volume does not find its disk again when that comes back, a
# process has it open as it was: only a map of multipath goes on, by another path.
spare() {
	struck=
	for disk in "$@"; do
		read -r numbers <"/sys/block/$disk/dev" || return 1
		struck="$struck $numbers"
	done
	for disk in "$@"; do
		if [ "$(cat "/sys/block/$disk/ro")" != 0 ]; then
			echo "$disk is read-only, which the kernel forgets with it"
			return 1
		fi
		also=$(ls "/sys/block/$disk/device/scsi_generic" 2>/dev/null | sed 's,.*,/dev/&,')
		for part in "/sys/block/$disk" "/sys/block/$disk/$disk"[0-9]*; do
			if [ -e "$part" ]; then
				unused "$part" || return 1
				also=
			fi
		done
	done
}

unused() { # unused PART: a part is /sys/block/sdb or /sys/block/sdb/sdb1; also is another name of its device
	name=${1##*/}
	read -r numbers <"$1/dev" || return 1
	for holder in "$1/holders"/*; do
		if [ ! -e "$holder" ]; then
			continue
		fi
		case $(cat "$holder/dm/uuid" 2>/dev/null) in
		mpath-*)
			if ! another "$(cat "$holder/dm/name")"; then
				echo "the multipath map $(cat "$holder/dm/name") has no path that works beside $name"
				return 1
			fi
			if ! grep -q -x multipathd /proc/[0-9]*/comm 2>/dev/null; then
				echo "multipathd does not run, and nobody else gives $(cat "$holder/dm/name") its path back"
				return 1
			fi
			;;
		*)
			echo "${holder##*/} lies on $name, and would not find it again when it comes back"
			return 1
			;;
		esac
	done
	point=$(cat /proc/self/mountinfo /proc/[0-9]*/mountinfo 2>/dev/null | cut -d ' ' -f 3,5 | grep "^$numbers " | head -n 1)
	if [ -n "$point" ]; then
		echo "$name is mounted at ${point#* }, and a file system does not go on when its disk comes back"
		return 1
	fi
	for pool in /sys/fs/btrfs/*/devices/"$name"; do
		if [ -e "$pool" ]; then
			echo "$name is a part of a btrfs, which does not go on when its disk comes back"
			return 1
		fi
	done
	if grep -q "^/dev/$name " /proc/swaps 2>/dev/null; then
		echo "the node swaps to $name"
		return 1
	fi
	for user in /sys/block/loop*/loop/backing_file /sys/kernel/config/target/core/*/*/udev_path /sys/kernel/config/nvmet/subsystems/*/namespaces/*/device_path; do
		if [ -e "$user" ] && [ "$(readlink -f "$(cat "$user")")" = "/dev/$name" ]; then
			echo "the kernel has $name in use (${user%/*}), and does not find it again when it comes back"
			return 1
		fi
	done
	by=$(opener "/dev/$name" ${also:-"/dev/$name"})
	if [ -n "$by" ]; then
		echo "$by has $name open, and would have to open it anew when it comes back"
		return 1
	fi
}

# opener DEVICE DEVICE: the first process that has one of them open. multipathd has
# each path open that it looks after, and lets go of one that is gone.
opener() {
	ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e '^/proc/' -e " -> $1\$" -e " -> $2\$" | (
		while read -r line; do
			case $line in
			/proc/*) pid=${line#/proc/} ;;
			*)
				pid=${pid%%/*}
				read -r program <"/proc/$pid/comm" || program=process
				if [ "$program" != multipathd ]; then
					echo "$program (process $pid)"
					exit
				fi
				;;
			esac
		done
	)
}

another() { # another MAP: it has a path that works beside those that are struck
	dmsetup status "$1" 2>/dev/null | grep -o '[0-9]*:[0-9]* A ' | (
		while read -r path active; do
			case "$struck " in
			*" $path "*) continue ;;
			esac
			# the map takes for active what it has not used since it went away
			if [ "$(cat "/sys/dev/block/$path/device/state" 2>/dev/null)" = running ]; then
				exit 0
			fi
		done
		exit 1
	)
}

lasting() { # lasting FILE...: on the node's disk too, for an undo after a reboot
	cp "$@" "/var/lib/eris/$id/"
	(cd "/var/lib/eris/$id" && sync "$@" .)
}

# rebooted: the node has, since the file booted was written. What is set of a disk
# the kernel has forgotten with that too.
rebooted() {
	read -r now </proc/sys/kernel/random/boot_id
	[ "$(cat booted)" != "$now" ]
}

# keep HCTL: what somebody may have set of the disk, which the kernel forgets with it.
keep() {
	for setting in $settings; do
		value=$(cat "/sys/bus/scsi/devices/$1/$(where "$1" "$setting")" 2>/dev/null) || continue
		case $value in
		*"["*) value=${value#*"["} value=${value%%"]"*} ;; # the one of several that counts
		esac
		echo "$1 $setting $value"
	done
}
settings="timeout queue_depth scheduler read_ahead_kb nr_requests max_sectors_kb"

where() { # where HCTL SETTING: the file that has it
	case $2 in
	timeout | queue_depth) echo "$2" ;;
	*) echo "block/$(block "$1")/queue/$2" ;;
	esac
}

# attach HCTL: the kernel looks for the disk at that place, and has it. The file
# attached has those that it did not have before.
attach() {
	host=${1%%:*}
	if ! block "$1" >/dev/null; then
		if [ ! -e "/sys/class/scsi_host/host$host/scan" ]; then
			echo "the adapter of $1, host$host, is not there"
			return 1
		fi
		echo "$1" >>attached
		echo "${1#*:}" | tr : ' ' >"/sys/class/scsi_host/host$host/scan"
	fi
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		if block "$1" >/dev/null; then
			return 0
		fi
		sleep 0.1
	done
	echo "no disk is at $1 when its adapter looks for it"
	return 1
}

# again FILE: gives each disk that is in the file attached what keep has kept of it in
# FILE: what somebody sets of a disk that is there is his.
again() {
	while read -r disk setting value; do
		if ! grep -q -F -x "$disk" attached 2>/dev/null; then
			continue
		fi
		place=/sys/bus/scsi/devices/$disk/$(where "$disk" "$setting")
		if [ -w "$place" ] && ! keep "$disk" | grep -q -F -x "$disk $setting $value"; then
			echo "$value" >"$place"
		fi
	done <"$1"
}

looks() { # looks HCTL: what the disk there is, on a line
	name=$(block "$1") || return 1
	there=/sys/bus/scsi/devices/$1
	map=$(cat "/sys/block/$name/holders"/*/dm/uuid 2>/dev/null)
	echo "$(cat "$there/wwid" 2>/dev/null | tr -s ' ' _) $(cat "/sys/block/$name/size") sectors, $(cat "$there/state"), map ${map:-none}, $(keep "$1" | cut -d ' ' -f 2- | tr '\n' ' ')"
}
