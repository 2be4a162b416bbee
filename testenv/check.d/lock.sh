# One lock a purpose for the whole machine, held on descriptor 9. The tests of
# this script keep theirs in a folder of their own, $ERIS_CHECK_LOCKS.
# Sourced by testenv/check.

# hold PURPOSE waits for the lock. The file is made once and then only read,
# since a kernel may refuse to open another user's file for writing in a folder
# that all may write to.
hold() {
	local dir=${ERIS_CHECK_LOCKS:-/var/lock}
	[ -d "$dir" ] && [ -w "$dir" ] || dir=/tmp
	local file=$dir/eris-check-$1.lock
	[ -e "$file" ] || (umask 0; : >>"$file")
	exec 9<"$file"
	flock -n 9 && return
	echo "   waiting for another testenv/check on this machine ($file)"
	flock 9 & # a wait is interrupted by a signal, a program in the foreground is not
	waiting=$!
	wait "$waiting"
	waiting=
}

release() { exec 9<&-; }
