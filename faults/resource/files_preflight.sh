# files_preflight.sh: may this service's processes be limited, and is it known how each
# of them is put back, those included that they start meanwhile?
all=$(service_processes)
if [ -z "$all" ]; then
	echo "$service has no process whose files could be limited"
	exit 1
fi
had=
for pid in $all; do
	if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sshd ]; then
		echo "$service is an sshd, through which Eris comes"
		exit 1
	fi
	set -- $(limits "$pid")
	if [ $# != 2 ]; then
		continue
	fi
	if ! may "$pid" --nofile >/dev/null; then
		echo "the limits of process $pid of $service cannot be moved from here, by root or as its owner"
		exit 1
	fi
	if [ -n "$had" ] && [ "$had" != "$1" ]; then
		echo "the processes of $service may open different numbers of files ($had, $1): of one that is started meanwhile nobody would know which it had"
		exit 1
	fi
	had=$1
	has=$(open "$pid" "$1")
	if [ $(($1 - has)) -le "$left" ]; then
		echo "process $pid of $service may open only $(($1 - has)) files more already, which is not more than $left"
		exit 1
	fi
done
