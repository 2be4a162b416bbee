# memory_leak_undo.sh: ends both units, and sees that nothing of them is left in the
# service's group: what the leak's process had started is there too, where systemd
# does not look for it, and is known by the folder that it works in. A service that
# did not outlive the leak is started again.
set -eu
gone "$watch" || exit 1
rm -f go program.sh asked taken taken.new reached reached.new said ended ended.new
gone "$unit" || exit 1
places
ours() { # of those that are in the group
	for pid in $(members); do
		if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "/run/eris/$id" ]; then
			echo "$pid"
		fi
	done
}
tries=40
while left=$(ours) && [ -n "$left" ]; do
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		echo "of the leak there are processes left in the group of $service:" $left
		exit 1
	fi
	if [ "$tries" = 20 ]; then
		kill -s KILL $left 2>/dev/null || true # they may have ended
	fi
	sleep 0.05
done
rm -f holder
rmdir memory 2>/dev/null || true
if [ "$ERIS_TOUCHED" = yes ] && grep -q -x 'ActiveState=active' before && [ "$(service_state)" != active ]; then
	service_again
fi
