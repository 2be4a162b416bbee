# haproxy_drain_observe.sh: haproxy has it so, and how many sessions it gave the
# server nevertheless.
if [ "$(state)" != "$asked" ]; then
	exit 1
fi
rest=$(others)
figures | while read -r name now ever status; do
	if [ "$name" = "$server" ]; then
		echo "$backend/$server is $status: $now sessions open, $((ever - $(cat sessions))) begun since the inject, $rest other servers take requests"
	fi
done
