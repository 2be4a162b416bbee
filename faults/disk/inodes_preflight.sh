left=$(inodes)
if [ "$left" = - ]; then
	echo "the file system of $mount makes inodes as they are wanted: $(mounted)"
	exit 1
fi
if [ "$left" -le $((leave + 1)) ]; then
	echo "$mount has only $left inodes left, and $leave of them are the reserve"
	exit 1
fi
if [ $((left - leave)) -gt "$most" ]; then
	echo "$mount has $left inodes left: $((left - leave)) files are more than the most of $most"
	exit 1
fi
