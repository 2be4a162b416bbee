if needed; then
	echo "the undo has to write to the file system of $mount, which it could not when it is read-only"
	exit 1
fi
# Who has a file of it open for writing? The kernel would refuse.
grep -l -s '^flags:[[:space:]]*[0-7]*[12]$' /proc/[0-9]*/fdinfo/* 2>/dev/null | sed 's/fdinfo/fd/' | (
	while read -r open; do
		name=$(readlink "$open" 2>/dev/null)
		case $name in
		"$at"/*)
			pid=${open#/proc/}
			pid=${pid%%/*}
			read -r program <"/proc/$pid/comm"
			echo "$program (process $pid) has $name open for writing, and for so long the kernel makes nothing read-only there"
			exit 1
			;;
		esac
	done
) || exit 1
