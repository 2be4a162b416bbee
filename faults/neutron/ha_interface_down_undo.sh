# ha_interface_down_undo.sh: brings the interface up, and gives it back what is
# missing of its own. After a reboot, and where the agent has taken the router away,
# there is nothing of the fault.
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
read -r booted </proc/sys/kernel/random/boot_id
if [ "$booted" != "$(cat boot 2>/dev/null)" ]; then
	exit 0
fi
chosen || exit 1
if ! there; then
	echo "the namespace $space is gone: nothing to put back"
	exit 0
fi
link=$(was Interface)
all=$(links) || exit 1
if ! echo "$all" | grep -q -x "$link"; then
	echo "$link is gone from $space: nothing to put back"
	exit 0
fi
ip -n "$space" link set dev "$link" up || exit 1
now=$(own "$link") || exit 1
was Address | while read -r family address rest; do
	if ! echo "$now" | grep -q -F "$family $address "; then
		ip -n "$space" address add "$address" $rest dev "$link" || echo "address $address"
	fi
done >missing 2>&1
if [ -s missing ]; then
	echo "not put back on $link: $(tr '\n' ' ' <missing)"
	exit 1
fi
