# router_namespace_undo.sh: has the agent start anew, which builds what it does not
# find. While it does that it is let be. A process that has kept the old namespace
# keeps its interfaces too, and would be in the way. After a reboot, and where the
# agent has taken the router away, there is nothing to do.
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
read -r booted </proc/sys/kernel/random/boot_id
if [ "$booted" != "$(cat boot 2>/dev/null)" ]; then
	exit 0
fi
chosen || exit 1
if removed; then
	echo "the agent has taken router $router away: nothing to build again"
	exit 0
fi
now=$(printed) || exit 1
if [ "$now" = "$(cat before)" ]; then
	exit 0
fi
if [ -s number ]; then
	found=$(ours "$(cat number)") || exit 1
	named=
	if there; then
		named=$(ip netns pids "$space") || exit 1
	fi
	for pid in $found; do
		if ! echo "$named" | grep -q -x "$pid"; then
			kill -s KILL "$pid" 2>/dev/null
		fi
	done
fi
since=$(cat restarted 2>/dev/null)
if [ -n "$since" ] && [ $(($(uptime_s) - since)) -lt $again ]; then
	exit 0
fi
harm=$(harmed)
if [ -n "$harm" ]; then
	echo "router $router is not built again yet: $harm"
	exit 1
fi
uptime_s >restarted
systemctl reset-failed "$unit" 2>/dev/null
systemctl restart --no-block "$unit"
