# ports_observe.sh: not what was taken, but what who connects meets. To take them takes
# seconds on a busy node, for some of which each look waits.
tries=20
for protocol in $protocols; do
	while [ ! -e "open-$protocol" ] && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.05
	done
	if [ ! -e "open-$protocol" ]; then
		exit 1
	fi
done
if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
	exit 1
fi
timeout 8 python3 -I -S ports.py look "/run/eris/$id" "$leave" $protocols 2>/dev/null
