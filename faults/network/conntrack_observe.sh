# conntrack_observe.sh: how full the table is, and what becomes of a connection that begins.
# To fill it takes seconds on a busy node, for some of which each look waits.
tries=20
while [ ! -e laid ] && [ "$tries" -gt 0 ]; do
	tries=$((tries - 1))
	sleep 0.05
done
if [ ! -e laid ] || [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
	exit 1
fi
timeout 8 python3 -I -S conntrack.py look "$percent" 2>/dev/null
