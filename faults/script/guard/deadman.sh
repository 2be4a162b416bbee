
# deadman BY is what the timers run: undo, look whether that was enough, and do
# it again every lease until three leases after the TTL. One that has failed is done
# again after 5 s, 10 s and so on up to a lease: after a boot what it needs may be about
# to start.
deadman() {
	by=$1
	# Read without a process of its own: what a sleeper has started may be killed.
	value lease >/dev/null
	lease=$stored
	value ttl-until >/dev/null
	until=$((stored + 3 * lease))
	soon=5000
	while [ "$(state)" != gone ]; do
		undo "$by"
		asked=$(uptime_ms) wait=$lease
		if [ "$(state)" != undone ] && [ "$soon" -lt "$lease" ]; then
			wait=$soon soon=$((2 * soon))
		fi
		output verify.out
		while [ "$(state)" != gone ] && [ $(($(uptime_ms) - asked)) -lt "$wait" ]; do
			verify "$by" >"$out" 2>&1
			if [ "$(state)" = gone ]; then
				return
			fi
			sleep 0.5
		done
		if [ "$(state)" != gone ] && [ "$(uptime_ms)" -gt "$until" ]; then
			stamp stuck "$by"
			return 1
		fi
	done
}

# boot is what runs after a reboot in the middle of a fault. The fault's
# monotonic times belong to the boot before, so they start anew.
boot() {
	if same_boot; then
		return
	fi
	# All of the node's services start now, and what runs containers may wait for
	# the network before it does.
	echo $(($(uptime_ms) + 600000)) >"$run/ttl-until"
	# What has the node boot anew is seen only now, began before, and is over with it.
	if [ "$(state)" = injecting ] && [ -s "$run/began" ] && effect=$(step observe 2>/dev/null); then
		locked held-locked "$(value began)" "$effect"
		echo "$(date +%s%N) $(uptime_ms) ended itself the node has booted anew" >"$run/ended"
	fi
	deadman boot
}
