# memcached_flush_observe.sh: the same process has counted a flush since, and what
# it held is lost, though curr_items falls only as it clears up.
now=$(tell stats)
if [ ! -e was ] || ! echo "$now" | grep -q '^STAT cmd_flush '; then
	exit 1
fi
value() { # of one of the statistics now
	echo "$now" | grep "^STAT $1 " | cut -d ' ' -f 3
}
if [ "$(value pid)" != "$(figure was pid)" ] || [ "$(value cmd_flush)" -le "$(figure was cmd_flush)" ]; then
	exit 1
fi
echo "$(figure was curr_items) items are lost, since then $(($(value get_misses) - $(figure was get_misses))) of $(($(value cmd_get) - $(figure was cmd_get))) gets found nothing"
