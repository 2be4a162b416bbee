# A node with a volume of two parts, as LVM makes one: /dev/mapper/data-volume. Every
# kind's steps, a line of it as an argument in args, are in /steps/KIND.
set -u
. /step.sh
modprobe brd rd_nr=2 rd_size=32768
modprobe dm_mod
whole='0 32768 linear /dev/ram0 2048\n32768 32768 linear /dev/ram1 2048\n'
printf "$whole" | dmsetup create data-volume
dmsetup mknodes data-volume

echo "# held and undone"
for kind in disk.error disk.slow; do
	results "$kind" preflight fingerprint prepare inject fingerprint preflight observe undo undo observe fingerprint
done

echo "# broken off before it counts"
results disk.slow prepare
dmsetup load data-volume --table "$(dmsetup table data-volume | sed 's/linear \(.*\)/delay \1 1/')"
results disk.slow preflight undo fingerprint

echo "# changed by somebody meanwhile"
results disk.slow prepare inject
printf "$whole" | sed 's/^32768 32768/32768 16384/' | dmsetup load data-volume
dmsetup resume data-volume
results disk.slow observe undo fingerprint
printf "$whole" | dmsetup load data-volume
dmsetup resume data-volume

echo "# mounted"
mkfs.ext4 -q /dev/mapper/data-volume
mkdir -p /srv /var/lib /etc
mount /dev/mapper/data-volume /srv
echo kept >/srv/file
results disk.error preflight
results disk.slow preflight prepare inject observe
sync /srv/file
results disk.slow undo fingerprint
umount /srv
mount -o ro /dev/mapper/data-volume /srv
cat /srv/file
umount /srv
mount -o ro /dev/mapper/data-volume /var/lib
results disk.slow preflight
umount /var/lib

echo "# what it cannot be done to"
printf '0 1024 linear /dev/mapper/data-volume 0\n' | dmsetup create above
results disk.slow preflight
dmsetup remove above
dmsetup suspend data-volume
results disk.slow preflight
dmsetup resume data-volume
printf '0 65536 error\n' | dmsetup load data-volume
dmsetup resume data-volume
results disk.slow preflight
printf '0 32768 striped 2 16 /dev/ram0 0 /dev/ram1 0\n' | dmsetup load data-volume
dmsetup resume data-volume
results disk.slow preflight
dmsetup remove data-volume
results disk.slow preflight fingerprint

echo "# a SCSI disk that is taken away"
modprobe sd_mod
modprobe scsi_debug dev_size_mb=8
for try in 1 2 3 4 5 6 7 8 9 10; do
	[ -e /dev/sda ] && break
	sleep 0.5
done
mkdir -p /dev/disk/by-id
ln -s ../../sda /dev/disk/by-id/wwn-0x33333330000007d0
results disk.detach preflight fingerprint prepare inject observe fingerprint preflight undo undo observe fingerprint

echo "# with a setting of its own"
rm -r /run/eris/disk.detach
echo 77 >/sys/block/sda/device/timeout
results disk.detach prepare inject undo fingerprint

echo "# looked for by a boot, which sets it as it sets every disk"
rm -r /run/eris/disk.detach
results disk.detach prepare inject
echo another >/run/eris/disk.detach/booted
echo "0 0 0" >/sys/class/scsi_host/host0/scan
results disk.detach undo fingerprint

echo "# taken away by somebody since it was armed"
rm -r /run/eris/disk.detach
results disk.detach prepare
echo 1 >/sys/block/sda/device/delete
results disk.detach inject undo fingerprint preflight
