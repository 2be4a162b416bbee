# conntrack_inject.sh: has the unit fill the table. First it lays the entries by which Eris
# comes in.
set -eu
if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
	rm -f laid said
	read -r until <ttl-until
	read -r up idle </proc/uptime
	read -r came client local port <way
	systemd-run --quiet --collect --unit="$unit" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
		--property=MemoryMax=256M --property=TasksMax=8 --property=OOMScoreAdjust=1000 --property=TimeoutStopSec=2 \
		--property=StandardError="file:/run/eris/$id/said" --property=ExecStopPost="/bin/sh /run/eris/$id/program.sh $id" \
		python3 -I -S "/run/eris/$id/conntrack.py" hold "/run/eris/$id" "$mark" "$percent" "$came" "$local" "$port" "$until"
fi
tries=10
while [ ! -e laid ] && [ "$tries" -gt 0 ]; do # where it is slow, whether it gets there is observed
	tries=$((tries - 1))
	if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
		echo "what fills the table ended: $(tail -n 1 said 2>/dev/null)"
		exit 1
	fi
	sleep 0.05
done
