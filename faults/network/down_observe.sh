# down_observe.sh ...: the link is down, and this is what went with it.
if ! { read -r link <down.link; } 2>/dev/null || ! ip -o link show dev "$link" >/dev/null 2>&1 || up "$link"; then
	exit 1
fi
now=$(everything "$link")
addresses=0 routes=0
while IFS= read -r line; do
	if has "$now" "$line"; then
		continue
	fi
	case $line in
	inet*) addresses=$((addresses + 1)) ;;
	*) routes=$((routes + 1)) ;;
	esac
done <down.before
if [ $((addresses + routes)) = 0 ]; then
	exit 1
fi
echo "down: $link, and with it $addresses addresses and $routes routes"
