# detach.sh ID DEVICE: what the steps of disk.detach share.
id=$1 device=$2

place() { # place: HOST:CHANNEL:TARGET:LUN of the device
	name=$(readlink -f "$device") || return 1
	found=$(readlink -f "/sys/block/${name##*/}/device") || return 1
	if [ ! -e "/sys/bus/scsi/devices/${found##*/}" ]; then
		return 1
	fi
	echo "${found##*/}"
}
