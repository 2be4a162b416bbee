# haproxy_drain_inject.sh: who takes requests may have changed since preflight.
set -eu
if [ "$(others)" = 0 ]; then
	echo "no other server of $backend takes requests by now" >&2
	exit 1
fi
if [ ! -e sessions ]; then
	figures | while read -r name now ever status; do
		if [ "$name" = "$server" ]; then
			echo "$ever"
		fi
	done >sessions
fi
ask "set server $backend/$server state $asked" >&2
[ "$(state)" = "$asked" ]
