# error_preflight.sh: a file system does not go on after the undo as if nothing had been.
point=$(mounted | head -n 1)
if [ -n "$point" ]; then
	echo "$device is in use as a file system, at $point: one that has met an error may take no more writes after the undo, or be damaged"
	exit 1
fi
