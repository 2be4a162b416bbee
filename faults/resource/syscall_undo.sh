# syscall_undo.sh: asks strace to end, which lets go of all that it traces, and sees
# that the kernel says so: nobody is traced by what works in this fault's folder, and
# nobody is stopped for who traces him. The log gets what was met in all. A service that did not outlive it is started
# again.
set -eu
gone "$watch" || exit 1
systemctl stop "$own" 2>/dev/null || true # it may be gone
gone "$own" || exit 1
held() { # of the service's processes
	for pid in $(service_processes); do
		for by in $(tracers "$pid"); do
			if [ "$by" != 0 ] && [ "$(readlink "/proc/$by/cwd" 2>/dev/null)" = "/run/eris/$id" ]; then
				echo "$pid"
			fi
		done
		if [ "$(state "$pid")" = t ] && [ "$(tracers "$pid")" = 0 ]; then
			echo "$pid"
		fi
	done
}
tries=60
while left=$(held) && [ -n "$left" ]; do
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		echo "processes of $service are traced still:" $left
		exit 1
	fi
	sleep 0.05
done
if [ "$ERIS_TOUCHED" = yes ] && [ -e met ] && how=$(met); then
	echo "$(moment) reached itself in all $how" >>log
fi
rm -f program.sh met said ended ended.new
if [ "$ERIS_TOUCHED" = yes ] && grep -q -x 'ActiveState=active' before && [ "$(service_state)" != active ]; then
	service_again
fi
