# inodes.sh ID MOUNT LEAVE UNDO MOST
leave=$3 most=$5
if [ "$3" -lt "$4" ] && needed; then
	leave=$4
fi
