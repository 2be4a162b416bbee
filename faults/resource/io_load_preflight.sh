if [ ! -d "$4" ] || [ ! -w "$4" ]; then
	echo "$4 is no directory in which files can be written"
	exit 1
fi
df -Pk "$4" | tail -n 1 | (
	read -r device blocks used free rest
	case $device in
	tmpfs | ramfs)
		echo "$4 is in memory ($device), not on a disk"
		exit 1
		;;
	esac
	if [ $((free / 1024 - workers * size)) -lt "$reserve" ]; then
		echo "$((free / 1024)) MiB are free on the disk of $4, which is not $((workers * size)) MiB and the reserve of $reserve MiB"
		exit 1
	fi
) || exit 1
