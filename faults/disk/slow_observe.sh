# slow_observe.sh: its table says so, and a block of it is read, past all caches.
struck || exit 1
if [ "$read" = 0 ]; then
	echo "$device has every write wait for $write ms, by its table"
	exit 0
fi
began=$(date +%s%N)
look >/dev/null || exit 1
took=$((($(date +%s%N) - began) / 1000000))
if [ "$took" -lt "$read" ]; then
	exit 1
fi
echo "a block of $device was read in $took ms (asked for at least $read ms; writes wait for $write ms)"
