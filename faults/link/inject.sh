# inject.sh: has the proxy listen, and then the redirect lead there. When the proxy ends,
# however it does, its unit takes the redirect away.
set -eu
users=$(owners)
if [ -z "$users" ]; then
	echo "$service has no process any more by which its connections could be told"
	exit 1
fi
case " $wants " in
*' shared '*) ;;
*)
	others=$(strangers)
	if [ -n "$others" ]; then
		echo "not of $service, but of its user, and so struck with it uncounted: $others"
		exit 1
	fi
	;;
esac
if [ "$(systemctl show "$own" -p ActiveState --value)" != active ]; then
	rm -f listening counts said
	read -r until <ttl-until
	read -r up idle </proc/uptime
	systemd-run --quiet --collect --unit="$own" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
		--property=TasksMax=16 --property=MemoryMax=256M --property=LimitNOFILE=65536 --property=TimeoutStopSec=2 \
		--property=StandardError="file:/run/eris/$id/said" --property=ExecStopPost="/bin/sh /run/eris/$id/program.sh $id" \
		python3 -I -S "/run/eris/$id/link.py" serve "/run/eris/$id" $how
fi
tries=100
while [ ! -e listening ]; do
	tries=$((tries - 1))
	if [ "$tries" = 0 ] || [ "$(systemctl show "$own" -p ActiveState --value)" != active ]; then
		echo "the proxy does not listen: $(tail -n 1 said 2>/dev/null)"
		exit 1
	fi
	sleep 0.05
done
read -r four six <listening
echo "$users" | head -n 1 >owner
ruleset "$four" "$six" $users >table.nft
case " $wants " in
*' established '*)
	if [ ! -e was ]; then # before the redirect leads any of them, which is no old one then
		old $users >was.new
		mv was.new was
	fi
	;;
esac
nft -f table.nft
if [ "$(systemctl show "$own" -p ActiveState --value)" != active ]; then
	nft delete table inet "eris-$id" 2>/dev/null || true # by its unit, if not by this
	echo "the proxy ended: $(tail -n 1 said 2>/dev/null)"
	exit 1
fi
if [ -e was ] && [ ! -e old ]; then # once: who connects again is struck, and stays
	while read -r local peer; do
		ss -KHtn state established "( src $local and dst $peer )" >/dev/null
	done <was
	left=$(old $users)
	{ echo "$left"; cat was; } | sort | uniq -d | wc -l >still
	echo "$(($(wc -l <was) - $(cat still))) of $(wc -l <was)" >old
fi
