# files_inject.sh: notes what each process has, and lowers it to the number from
# which on only LEFT below it are free. A process that one starts meanwhile may
# come in between: it is looked again until there is none.
set -eu
tries=5
while [ "$tries" -gt 0 ]; do
	tries=$((tries - 1)) new=0
	for pid in $(service_processes); do
		start=$(born "$pid")
		set -- $(limits "$pid")
		if [ -z "$start" ] || [ $# != 2 ]; then
			continue # it has ended
		fi
		if grep -q " $1\$" was 2>/dev/null; then
			continue # lowered, or started by one that was
		fi
		number=0 free=0
		while [ "$number" -lt "$1" ]; do
			if [ ! -L "/proc/$pid/fd/$number" ] && [ ! -e "/proc/$pid/fd/$number" ]; then
				if [ "$free" = "$left" ]; then
					break
				fi
				free=$((free + 1))
			fi
			number=$((number + 1))
		done
		if [ "$number" -ge "$1" ]; then
			continue # it had no more than that
		fi
		echo "$pid $start $1 $number" >>was
		if ! may "$pid" "--nofile=$number:"; then
			if [ "$(born "$pid")" = "$start" ]; then
				echo "the limits of process $pid of $service cannot be moved"
				exit 1
			fi
			continue # it has ended
		fi
		new=1
	done
	if [ "$new" = 0 ]; then
		break
	fi
done
if [ ! -s was ]; then
	echo "$service has no process whose files could be limited"
	exit 1
fi
