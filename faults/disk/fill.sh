# fill.sh ID MOUNT LEAVE UNDO: in MiB.
leave=$(($3 * 1024))
if [ "$3" -lt "$4" ] && needed; then
	leave=$(($4 * 1024))
fi
