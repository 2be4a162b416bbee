
# arm_locked is the last step of arming, when the timers already run: had one of
# them been quicker, nothing more is laid. Prepare is harmless by contract: it
# only lays what inject will need.
arm_locked() {
	if [ "$(state)" != arming ]; then
		echo "refused the dead-man ended it before it was armed"
		return
	fi
	if [ -s "$run/prepare.sh" ] && ! step prepare >"$run/prepare.out" 2>&1; then
		echo "refused prepare: $(tail -n 1 "$run/prepare.out")"
		return
	fi
	enter armed engine || echo "refused cannot write $keep"
}

# inject runs apart, in a transient unit of its own, so that an undo can end it and
# all of its children, and so that a cut connection does not.
inject() {
	dismiss
	rm -f "$run/answer"
	apart inject --property=RuntimeMaxSec=30 inject-unit 2>"$run/inject.err"
	injected
}

# injected answers what has become of the unit.
injected() {
	if [ -s "$run/answer" ]; then
		cat "$run/answer"
	elif touched || [ "$(state)" = injecting ]; then
		echo "failed inject unit: $(head -n 1 "$run/inject.err")"
	else
		# The unit was ended by an undo that came first, and can do nothing more.
		echo "fenced the inject was ended before it began"
	fi
	if [ "$(state)" = injecting ]; then
		observe 40
	fi
	report
}

# standby parks the inject: its unit runs already, and waits on the stdin of this
# shell for the word. The way here, sudo and the start of a unit are then behind it.
# The end of that stdin, when the connection is cut as well, is no word. Whatever
# ends the fault ends the unit.
standby() {
	echo waiting >"$run/standby"
	apart inject --pipe parked 2>"$run/inject.err"
	if [ "$(value standby)" = waiting ]; then
		rm -f "$run/standby"
		return # there was no word
	fi
	injected
}

parked() {
	echo standing
	if read -r word && [ "$word" = inject ]; then
		echo told >"$run/standby" # whoever disarms the fault lets it have its say
		inject_unit
	fi
}

# dismiss ends what stands by for this fault, with whom it waits on.
dismiss() {
	if [ "$(value standby)" = waiting ]; then
		leave inject stop
	fi
}

inject_unit() {
	locked inject-locked >"$run/answer" 2>/dev/null
	if [ $? -eq 75 ]; then
		echo "fenced the lock was not free for 5 s" >"$run/answer"
	fi
}

# The fence: whoever comes late finds it closed.
inject_locked() {
	forbidden
	state >/dev/null
	if [ "$current" != armed ]; then
		echo "fenced the fault is $current"
		return
	fi
	if [ -e "$run/closed" ]; then
		echo "fenced the fault was ended, which could not be written to $run"
		return
	fi
	if [ "$forbids" ]; then
		return
	fi
	if ! same_boot; then
		echo "fenced the node has rebooted since preflight"
		return
	fi
	value lease-until >/dev/null
	uptime_ms >/dev/null
	left=$((stored - ms))
	value lease >/dev/null
	if [ $((left * 2)) -lt "$stored" ]; then
		echo "fenced the lease has only $left ms left"
		return
	fi
	# The disk has that it is armed, which is enough to undo it after a loss of power
	# (touched), and is not waited for again before the effect is there.
	if ! write state injecting; then
		echo "failed the intent could not be written to $run"
		return
	fi
	later=yes
	stamp injecting engine
	if step inject >"$run/inject.out" 2>&1; then
		stamp injected engine
		echo "injected"
		look
	else
		stamp inject-failed engine
		echo "failed $(tail -n 1 "$run/inject.out")"
	fi
	to_disk || true # a full disk must not keep the undo from running
}

# look asks the fault's probe right after the inject, a few times and 10 ms
# apart: the lock is held. What takes longer to show is left to observe.
look() {
	tries=5
	while [ "$tries" -gt 0 ]; do
		if effect=$(step observe 2>/dev/null); then
			uptime_ms >/dev/null
			seen="$(date +%s%N) $ms"
			write state held && stamp held engine "$effect"
			echo "effect $effect"
			return
		fi
		tries=$((tries - 1))
		sleep 0.01
	done
}

# observe TRIES asks the fault's probe, 50 ms apart, until it sees the effect. A look
# that cannot tell (75), or does not come to its end (124, of timeout), has not seen
# that there is none.
observe() {
	tries=$1 none=unseen
	while [ "$tries" -gt 0 ]; do
		effect=$(step observe 2>/dev/null)
		case $? in
		0)
			locked held-locked "$(date +%s%N) $(uptime_ms)" "$effect"
			echo "effect $effect"
			return
			;;
		75 | 124) none=cannot-tell ;;
		esac
		tries=$((tries - 1))
		if [ "$tries" -gt 0 ]; then
			sleep 0.05
		fi
	done
	echo "$none"
}

held_locked() { # held_locked SEEN EFFECT: when the probe saw it, not when it is noted
	if [ "$(state)" = injecting ]; then
		seen=$1
		enter held engine "$2"
	fi
}
