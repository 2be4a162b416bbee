# inodes_observe.sh: the kernel says how many are left.
if [ ! -d "$many" ]; then
	exit 1
fi
left=$(inodes)
if [ "$left" -gt $((leave + 16)) ]; then
	exit 1
fi
echo "$left inodes are left on $mount, asked $leave; $(($(free) / 1024)) MiB are free"
