# program.sh DIRECTORY UNIT SIGNAL PAUSE: kills every process of the unit again and
# again, and notes each time how often that was, and which process is gone.
cd "$1" || exit 1
unit=$2 signal=$3 pause=$4
count=0
main() {
	systemctl show "$unit" -p MainPID --value
}
while :; do
	pid=$(main)
	if [ "$pid" != 0 ] && systemctl kill --signal="$signal" "$unit" 2>/dev/null; then
		while [ "$(main)" = "$pid" ]; do
			sleep 0.01
		done
		count=$((count + 1))
		echo "$count $pid" >killed.new && mv killed.new killed
	fi
	sleep "$pause"
done
