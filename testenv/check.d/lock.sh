# One lock a purpose for the whole machine, held on descriptor 9.
# Sourced by testenv/check.

# hold PURPOSE waits for the lock. The file is made once and then only read,
# since a kernel may refuse to open another user's file for writing in a folder
# that all may write to.
hold() {
	local dir=/var/lock
	[ -d "$dir" ] && [ -w "$dir" ] || dir=/tmp
	local file=$dir/eris-check-$1.lock
	[ -e "$file" ] || (umask 0; : >>"$file")
	exec 9<"$file"
	flock -n 9 && return
	echo "   waiting for another testenv/check on this machine ($file)"
	flock 9 &
	wait $! # a wait can be interrupted by a signal, a program in the foreground cannot
}

release() { exec 9<&-; }
