# syscall_inject.sh: has strace attached to all of the service's processes, and a second
# unit tell when it is gone. Who is started by them from then on is traced too; who
# was started by one that was not yet traced would not be, and so all are looked at.
set -eu
read -r until <ttl-until
read -r up idle </proc/uptime
lasts=$((until / 1000 - ${up%.*} + 1))
if [ "$(systemctl show "$own" -p ActiveState --value)" != active ]; then
	rm -f met said
	: >met
	pids=$(service_processes | tr '\n' ',')
	# strace is the service's main process, and the one that is asked to end. What the
	# calls were told is of nobody's concern: no text of theirs is read.
	systemd-run --quiet --collect --unit="$own" --property=RuntimeMaxSec="$lasts" --property=KillMode=mixed --property=TimeoutStopSec=5 \
		--property=TasksMax=16 --property=MemoryMax=256M --property=WorkingDirectory="/run/eris/$id" --property=StandardError="file:/run/eris/$id/said" \
		strace -f -qq -s 0 -a 0 -e signal=none -e raw=all -p "${pids%,}" -e "trace=$calls" -e "inject=$what" -o "|sh /run/eris/$id/program.sh /run/eris/$id count"
fi
tries=100
while :; do
	main=$(ours)
	if [ "${main:-0}" = 0 ]; then
		echo "strace traces nothing of $service: $(tail -n 1 said 2>/dev/null)"
		exit 1
	fi
	set -- $(traced "$main")
	if [ "$1" -gt 0 ] && [ "$2" = 0 ]; then
		break
	fi
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		echo "strace traces $1 processes of $service, and $2 it does not: $(tail -n 1 said 2>/dev/null)"
		exit 1
	fi
	sleep 0.1
done
if [ "$(systemctl show "$watch" -p ActiveState --value)" != active ]; then
	systemd-run --quiet --collect --unit="$watch" --property=RuntimeMaxSec="$lasts" --property=TasksMax=16 \
		--property=MemoryMax=64M --property=TimeoutStopSec=2 sh "/run/eris/$id/program.sh" "/run/eris/$id" watch "$main" "$(born "$main")" "$service"
fi
