# A compute node that is logged in to a target by two portals. Every fault's steps, a
# line of it as an argument in args, are in /steps/NAME.
set -u
. /step.sh
target=iqn.2010-10.org.openstack:volume-1
first=198.18.0.31:3260
second=198.18.0.32:3260
for module in iscsi_tcp sd_mod loop dm_mod dm_multipath dm_round_robin; do
	modprobe "$module"
done
mkdir -p /run/lock/iscsi /run/tgtd /etc/iscsi/nodes /etc/iscsi/ifaces
mkdir -p /var/lib && ln -s /run /var/run
ip address add 198.18.0.31/32 dev lo
ip address add 198.18.0.32/32 dev lo
tgtd
for try in 1 2 3 4 5 6 7 8 9 10; do
	tgtadm --lld iscsi --op new --mode target --tid 1 -T "$target" 2>/dev/null && break
	sleep 0.5
done
truncate -s 64M /tmp/volume
tgtadm --lld iscsi --op new --mode logicalunit --tid 1 --lun 1 -b /tmp/volume
tgtadm --lld iscsi --op bind --mode target --tid 1 -I ALL
iscsid
for portal in "$first" "$second"; do
	iscsiadm -m node -o new -T "$target" -p "$portal" >/dev/null
	iscsiadm -m node -T "$target" -p "$portal" --login >/dev/null
done

disks() {
	for disk in /sys/class/iscsi_session/session*/device/target*/*/block/*; do
		if [ -e "$disk" ]; then
			echo "${disk##*/}"
		fi
	done
}
arrived() { # arrived COUNT: the disks are there
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(disks | grep -c .)" = "$1" ] && return
		sleep 0.5
	done
	echo "only $(disks | tr '\n' ' ')"
}
arrived 2

forget() { # a fault that is over
	rm -r "/run/eris/$1"
}

echo "# held and undone"
results all preflight fingerprint prepare inject observe preflight fingerprint undo undo observe fingerprint
forget all

echo "# as Nova logs in, which looks for no disk by itself, with settings of a disk's own"
disk=$(disks | head -n 1)
echo 77 >"/sys/block/$disk/device/timeout"
echo 4096 >"/sys/block/$disk/queue/read_ahead_kb"
results all fingerprint prepare inject
for portal in "$first" "$second"; do
	iscsiadm -m node -T "$target" -p "$portal" -o update -n node.session.scan -v manual
done
results all undo fingerprint
forget all

echo "# broken off between the two"
results all prepare
: >/run/eris/all/struck
iscsiadm -m node -T "$target" -p "$second" --logout >/dev/null
results all observe undo fingerprint
forget all

echo "# one path of a multipath map"
numbers=
for disk in $(disks); do
	numbers="$numbers $(cat "/sys/block/$disk/dev") 1"
done
size=$(blockdev --getsz "/dev/$disk")
echo "0 $size multipath 0 0 1 1 round-robin 0 2 1$numbers" | dmsetup create mpatha -u mpath-volume-1
dmsetup mknodes mpatha
results one preflight
cp /bin/sleep /bin/multipathd # who looks after maps, by its name
multipathd 3600 &
results all preflight
results one preflight fingerprint prepare inject observe
results all preflight
head -c 512 /dev/mapper/mpatha | wc -c
results one undo fingerprint
numbers=
for disk in $(disks); do
	numbers="$numbers $(cat "/sys/block/$disk/dev") 1"
done
echo "0 $size multipath 0 0 1 1 round-robin 0 2 1$numbers" | dmsetup load mpatha # as multipathd does
dmsetup resume mpatha
results one fingerprint
dmsetup remove mpatha

echo "# one of two has no record any more, and has it again"
forget all
results all prepare inject
mv "/etc/iscsi/nodes/$target" /run/records
iscsiadm -m node -o new -T "$target" -p "$second" >/dev/null
results all undo
rm -r "/etc/iscsi/nodes/$target"
mv /run/records "/etc/iscsi/nodes/$target"
results all undo fingerprint

echo "# what it cannot be done to"
disk=$(disks | head -n 1)
mkfs.ext4 -q "/dev/$disk"
mkdir -p /srv
mount "/dev/$disk" /srv
results all preflight
umount /srv
losetup /dev/loop0 "/dev/$disk"
results all preflight
losetup -d /dev/loop0
exec 3<"/dev/$disk"
results all preflight
exec 3<&-
echo "0 1024 linear /dev/$disk 0" | dmsetup create above
results all preflight
dmsetup remove above
rm -r "/etc/iscsi/nodes/$target"
results all preflight
