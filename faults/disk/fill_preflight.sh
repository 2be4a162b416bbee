if [ "$(free)" -le $((leave + 1024)) ]; then
	echo "$mount has only $(free) KiB left, and $leave of them are the reserve"
	exit 1
fi
