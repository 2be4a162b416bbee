# A node with a volume of two parts, as LVM makes one: /dev/mapper/data-volume. Every
# kind's steps, a line of it as an argument in args, are in /steps/KIND.
set -u
modprobe brd rd_nr=2 rd_size=32768
modprobe dm_mod
whole='0 32768 linear /dev/ram0 2048\n32768 32768 linear /dev/ram1 2048\n'
printf "$whole" | dmsetup create data-volume
dmsetup mknodes data-volume

step() { # KIND STEP
	set -- "/steps/$1" "$2"
	dir=$1 step=$2
	set --
	while IFS= read -r argument; do
		set -- "$@" "$argument"
	done <"$dir/args"
	ERIS_TOUCHED=yes sh "$dir/$step" "$@" 2>&1
}
result() { # KIND STEP...
	kind=$1
	shift
	mkdir -p "/run/eris/$kind" "/var/lib/eris/$kind"
	cd "/run/eris/$kind" || exit 1
	for name in "$@"; do
		if said=$(step "$kind" "$name"); then
			echo "$kind $name ok: $(echo "$said" | tr '\n' ',')"
		else
			echo "$kind $name failed: $(echo "$said" | tr '\n' ',')"
		fi
	done
}

echo "# held and undone"
for kind in disk.error disk.slow; do
	result "$kind" preflight fingerprint prepare inject fingerprint preflight observe undo undo observe fingerprint
done

echo "# broken off before it counts"
result disk.slow prepare
dmsetup load data-volume --table "$(dmsetup table data-volume | sed 's/linear \(.*\)/delay \1 1/')"
result disk.slow preflight undo fingerprint

echo "# changed by somebody meanwhile"
result disk.slow prepare inject
printf "$whole" | sed 's/^32768 32768/32768 16384/' | dmsetup load data-volume
dmsetup resume data-volume
result disk.slow observe undo fingerprint
printf "$whole" | dmsetup load data-volume
dmsetup resume data-volume

echo "# mounted"
mkfs.ext4 -q /dev/mapper/data-volume
mkdir -p /srv /var/lib /etc
mount /dev/mapper/data-volume /srv
echo kept >/srv/file
result disk.error preflight
result disk.slow preflight prepare inject observe
sync /srv/file
result disk.slow undo fingerprint
umount /srv
mount -o ro /dev/mapper/data-volume /srv
cat /srv/file
umount /srv
mount -o ro /dev/mapper/data-volume /var/lib
result disk.slow preflight
umount /var/lib

echo "# what it cannot be done to"
printf '0 1024 linear /dev/mapper/data-volume 0\n' | dmsetup create above
result disk.slow preflight
dmsetup remove above
dmsetup suspend data-volume
result disk.slow preflight
dmsetup resume data-volume
printf '0 65536 error\n' | dmsetup load data-volume
dmsetup resume data-volume
result disk.slow preflight
printf '0 32768 striped 2 16 /dev/ram0 0 /dev/ram1 0\n' | dmsetup load data-volume
dmsetup resume data-volume
result disk.slow preflight
dmsetup remove data-volume
result disk.slow preflight fingerprint

echo "# a SCSI disk that is taken away"
modprobe sd_mod
modprobe scsi_debug dev_size_mb=8
for try in 1 2 3 4 5 6 7 8 9 10; do
	[ -e /dev/sda ] && break
	sleep 0.5
done
mkdir -p /dev/disk/by-id
ln -s ../../sda /dev/disk/by-id/wwn-0x33333330000007d0
result disk.detach preflight fingerprint prepare inject observe fingerprint preflight undo undo observe fingerprint

echo "# with a setting of its own"
rm -r /run/eris/disk.detach
echo 77 >/sys/block/sda/device/timeout
result disk.detach prepare inject undo fingerprint

echo "# looked for by a boot, which sets it as it sets every disk"
rm -r /run/eris/disk.detach
result disk.detach prepare inject
echo another >/run/eris/disk.detach/booted
echo "0 0 0" >/sys/class/scsi_host/host0/scan
result disk.detach undo fingerprint

echo "# taken away by somebody since it was armed"
rm -r /run/eris/disk.detach
result disk.detach prepare
echo 1 >/sys/block/sda/device/delete
result disk.detach inject undo fingerprint preflight
