# preflight.sh: is it a file system of its own, and does it take writes?
if ! has=$(mounted); then
	echo "nothing is mounted at $mount: it lies on $(df -Pk "$mount" 2>/dev/null | tail -n 1 | sed 's/.*% //'), and only a whole file system is struck, by the place where it is mounted"
	exit 1
fi
kind=${has#* }
case ${kind%% *} in
nfs* | cifs | smb* | ceph | fuse* | 9p | afs | autofs | glusterfs | lustre | gpfs)
	echo "the file system of $mount is not this node's alone (${kind%% *}): others would be struck uncounted"
	exit 1
	;;
esac
if others=$(elsewhere); then
	echo "the file system of $mount is mounted at $others too, where it would be struck as well"
	exit 1
fi
if [ "$(state)" = ro ]; then
	echo "$mount is read-only already: $has"
	exit 1
fi
for left in "$at"/eris-*.fill "$at"/eris-*.inodes; do
	if [ -e "$left" ]; then
		echo "$left is left of another fault; eris heal removes it"
		exit 1
	fi
done
