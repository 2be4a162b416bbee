# iscsi_prepare.sh: keeps the sessions, and the disks with how they are set.
set -eu
cat /proc/sys/kernel/random/boot_id >booted
sessions >was
[ -s was ]
: >luns
: >kept
while read -r number address; do
	for disk in $(disks "$number"); do
		echo "$address $disk" >>luns
		keep "$disk" >>kept
	done
done <was
lasting booted was luns kept
