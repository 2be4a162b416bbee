case "$(mounted) " in
*" tmpfs "* | *" ramfs "*)
	echo "the file system of $mount is in memory: to fill it takes the node's memory, with no reserve (memory.load has one)"
	exit 1
	;;
esac
if [ "$(free)" -le $((leave + 1024)) ]; then
	echo "$mount has only $(free) KiB left, and $leave of them are the reserve"
	exit 1
fi
