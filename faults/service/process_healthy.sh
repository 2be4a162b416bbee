# process_healthy.sh NAME ID START: it is there, and not stopped. What follows asks
# the service itself.
all=$(list)
if [ -z "$all" ]; then
	echo "no process is called $name"
	exit 1
fi
if echo "$all" | cut -d ' ' -f 3 | grep -q T; then
	echo "$name has stopped processes"
	exit 1
fi
