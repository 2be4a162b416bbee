# haproxy_drain_preflight.sh: may this server be drained, and told otherwise again?
if ! active; then
	echo "$unit is not active"
	exit 1
fi
level=$(ask "show cli level" | head -n 1)
case $level in
admin) ;;
'')
	echo "nobody answers at $socket: it takes a stats socket of haproxy there, and an nc that knows -U"
	exit 1
	;;
*)
	echo "$socket has not the level admin but this: $level"
	exit 1
	;;
esac
has=$(state)
case $has in
ready) ;;
drain)
	if [ "$asked" = drain ]; then
		echo "$backend/$server is drained already, by somebody else"
		exit 1
	fi
	;;
'')
	echo "haproxy has no server $server in a backend $backend"
	exit 1
	;;
*)
	echo "$backend/$server is not ready but $has, by somebody else or by the configuration"
	exit 1
	;;
esac
if [ "$(others)" = 0 ]; then
	echo "no other server of $backend takes requests: without $server nobody would serve"
	exit 1
fi
