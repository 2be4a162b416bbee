# memcached_flush_preflight.sh: is there a cache that may be flushed, and counts it?
if ! active; then
	echo "$unit is not active"
	exit 1
fi
said=$(tell stats)
case $said in
*"STAT cmd_flush "*) ;;
*)
	echo "memcached does not tell its statistics at $address port $port, in its text protocol and without a login: ${said:-no answer}"
	exit 1
	;;
esac
case $(tell 'stats settings') in
*"STAT flush_enabled no"*)
	echo "this memcached was started with -F: it takes no flush_all"
	exit 1
	;;
esac
