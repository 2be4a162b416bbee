# flood_inject.sh: has the rule count, and then the unit send.
set -eu
if ! counted >/dev/null; then
	nft -f table.nft
fi
if [ "$(systemctl show "$unit" -p ActiveState --value)" = active ]; then
	exit 0
fi
read -r until <ttl-until
read -r up idle </proc/uptime
systemd-run --quiet --collect --unit="$unit" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
	--property=CPUQuota=100% --property=MemoryMax=64M --property=TasksMax=8 --property=OOMScoreAdjust=1000 \
	--property=TimeoutStopSec=2 bash "/run/eris/$id/program.sh" "/run/eris/$id" "$id" "$address" "$port" "$rate" "$size"
