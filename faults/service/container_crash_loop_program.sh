# program.sh DIRECTORY NAME SIGNAL PAUSE: kills the container's main process again
# and again, and notes each time how often that was, and which process is gone.
cd "$1" || exit 1
name=$2 signal=$3 pause=$4
choose || exit 1
count=0
while :; do
	if look >/dev/null && [ "$status" = running ] && [ "$key" = "$(before Id)" ] && crash "$signal"; then
		old=$pid
		while [ -e "/proc/$old/stat" ] && look >/dev/null && [ "$pid" = "$old" ]; do
			sleep 0.02
		done
		count=$((count + 1))
		echo "$count $old" >killed.new && mv killed.new killed
	fi
	sleep "$pause"
done
