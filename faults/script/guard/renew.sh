
# renew re-arms the lease timer. It counts only for who reads a later next
# elapse back, so both are told. After the undo it is fenced.
#
# Whoever is told that the fault is over takes it for over: where a renewal
# finds that the lease has ended or its timer is gone, it does not leave the
# undo to a timer that may be lost. The same holds for an undo that was begun
# and is not done, though nobody has the lock.
renew() {
	locked renew-locked
	case $? in
	70)
		unit=lease
		undo lease
		;;
	75) echo "failed the lock was not free for 5 s" ;;
	esac
	report
}

renew_locked() {
	forbidden
	case $(state) in
	armed | injecting | held) ;;
	undoing)
		echo "fenced the fault is undoing"
		return 70
		;;
	*)
		echo "fenced the fault is $(state)"
		return
		;;
	esac
	if [ "$forbids" ]; then
		return
	fi
	if ! same_boot; then
		echo booted
		echo "fenced the node has rebooted since preflight"
		return
	fi
	if [ "$(value lease-until)" -le "$(uptime_ms)" ]; then
		echo "fenced the lease has ended"
		return 70
	fi
	asked=$(uptime_ms)
	if sleepers; then
		renew_sleepers
		return $?
	fi
	timer=eris-$id-lease.timer
	before=$(systemctl show "$timer" -p NextElapseUSecMonotonic --value)
	if ! systemctl restart "$timer" 2>/dev/null; then
		if [ -s "$run/began" ]; then
			echo "going the node stops everything to boot anew, which undoes it"
			return
		fi
		echo "fenced the lease timer is gone"
		return 70
	fi
	after=$(systemctl show "$timer" -p NextElapseUSecMonotonic --value)
	echo $((asked + $(value lease))) >"$run/lease-until"
	echo "was $before"
	echo "next $after"
}

# renew_sleepers moves the moment for which the sleeper of the lease waits. Whether
# that came about is read back.
renew_sleepers() {
	if ! standing lease || ! standing ttl; then
		echo "fenced a sleeper of the dead-man is gone"
		return 70
	fi
	echo "was $(value lease-until)ms"
	write lease-until $((asked + $(value lease)))
	echo "next $(value lease-until)ms"
}
