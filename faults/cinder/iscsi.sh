# iscsi.sh ID TARGET PORTAL: what the steps of a fault of iSCSI sessions share. What
# there is, is read from the kernel; open-iscsi is asked only to end and to begin.
id=$1 target=$2 portal=$3

sessions() { # sessions: those with the target, and the portal where one is named: "NUMBER ADDRESS:PORT", by portal
	for session in /sys/class/iscsi_session/session*; do
		if [ "$(cat "$session/targetname" 2>/dev/null)" != "$target" ]; then
			continue
		fi
		number=${session##*/session}
		for connection in /sys/class/iscsi_connection/connection"$number":*; do
			address=$(cat "$connection/persistent_address" 2>/dev/null) || continue
			case $address in
			*:*) address="[$address]" ;;
			esac
			address=$address:$(cat "$connection/persistent_port")
			if [ -z "$portal" ] || [ "$address" = "$portal" ]; then
				echo "$number $address"
			fi
		done
	done | sort -k 2
}

with() { # with PORTAL: the number of the session with it
	sessions | (
		while read -r number address; do
			if [ "$address" = "$1" ]; then
				echo "$number"
				exit 0
			fi
		done
		exit 1
	)
}

disks() { # disks NUMBER: HOST:CHANNEL:TARGET:LUN of each disk of a session
	for found in /sys/class/iscsi_session/session"$1"/device/target*/*:*:*:*; do
		if block "${found##*/}" >/dev/null; then
			echo "${found##*/}"
		fi
	done
}

adapter() { # adapter NUMBER: of a session: the number of its host
	found=$(readlink -f "/sys/class/iscsi_session/session$1/device")
	found=${found%/session*}
	echo "${found##*/host}"
}

free() { # free: would nobody lose anything with the disks of the sessions?
	names=$(sessions | while read -r number address; do
		for disk in $(disks "$number"); do
			block "$disk"
		done
	done)
	spare $names
}
