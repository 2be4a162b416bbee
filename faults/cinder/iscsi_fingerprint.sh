# iscsi_fingerprint.sh: the sessions and their disks. The numbers of sessions and
# adapters, and the names of disks, are others after each login.
sessions | while read -r number address; do
	echo "Session=$address $(cat "/sys/class/iscsi_session/session$number/state")"
	for disk in $(disks "$number"); do
		echo "Disk=$address ${disk#*:} $(looks "$disk")"
	done
done
