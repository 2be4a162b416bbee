# detach_preflight.sh: is it a disk that can be taken away, and come back?
if [ ! -e "$device" ]; then
	echo "$device is not there"
	exit 1
fi
if ! at=$(place) || [ ! -e "/sys/bus/scsi/devices/$at/delete" ]; then
	echo "$device is no SCSI disk: only those can be taken away and looked for again (a disk of virtio or NVMe is none, a part of a disk and a multipath map neither: name one path of a map by /dev/disk/by-path)"
	exit 1
fi
if [ ! -e "/sys/class/scsi_host/host${at%%:*}/scan" ]; then
	echo "the adapter of $device cannot look for disks"
	exit 1
fi
case $device in
/dev/disk/by-id/*)
	if wwid=$(cat "/sys/bus/scsi/devices/$at/wwid" 2>/dev/null) && [ -n "$wwid" ] && [ "$(grep -l -s -x -F -e "$wwid" /sys/bus/scsi/devices/*/wwid | grep -c .)" -gt 1 ]; then
		echo "$device is a name of several paths to the same disk, and of another one when this is gone: name one by /dev/disk/by-path"
		exit 1
	fi
	;;
esac
state=$(cat "/sys/bus/scsi/devices/$at/state")
if [ "$state" != running ]; then
	echo "$device is $state already, which is of nobody here"
	exit 1
fi
spare "$(block "$at")" || exit 1
