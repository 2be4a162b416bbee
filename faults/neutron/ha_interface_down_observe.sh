# ha_interface_down_observe.sh: the interface is down, and keepalived has given up
# what it had.
if ! chosen >/dev/null || ! all=$(links 2>/dev/null); then
	exit 1
fi
link=$(echo "$all" | grep '^ha-')
if [ -z "$link" ] || [ "$(state "$link")" != down ]; then
	exit 1
fi
if ! had=$(cat led) || ! now=$(led "$link" 2>/dev/null); then
	exit 1
fi
if [ "$had" = 0 ]; then
	echo "down: $link of router $router, which had none of its addresses here"
elif [ "$now" = 0 ]; then
	echo "down: $link of router $router, and the $had addresses that it had here are gone"
else
	exit 1
fi
