# ports_inject.sh: has the unit take the ports, and waits until it has them once.
set -eu
if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
	rm -f open-tcp open-udp said
	read -r until <ttl-until
	read -r up idle </proc/uptime
	systemd-run --quiet --collect --unit="$unit" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
		--property=MemoryMax="$(memory)M" --property=TasksMax=256 --property=OOMScoreAdjust=1000 \
		--property=TimeoutStopSec=2 --property=StandardError="file:/run/eris/$id/said" --property=ExecStopPost="/bin/sh /run/eris/$id/program.sh $id" \
		python3 -I -S "/run/eris/$id/ports.py" hold "/run/eris/$id" "$leave" $protocols
fi
tries=10
for protocol in $protocols; do
	while [ ! -e "open-$protocol" ]; do
		tries=$((tries - 1))
		if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
			echo "what takes the ports ended: $(tail -n 1 said 2>/dev/null)"
			exit 1
		fi
		if [ "$tries" = 0 ]; then
			exit 0 # it is slow; whether it gets there is observed
		fi
		sleep 0.05
	done
done
