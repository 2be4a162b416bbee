
# renew re-arms the lease timer. It counts only for who reads a later next
# elapse back, so both are told. After the undo it is fenced.
renew() {
	locked renew-locked
	case $? in
	70) undo lease ;; # without its timer the fault must not go on
	75) echo "failed the lock was not free for 5 s" ;;
	esac
	report
}

renew_locked() {
	case $(state) in
	armed | injecting | held) ;;
	*)
		echo "fenced the fault is $(state)"
		return
		;;
	esac
	if [ -e /run/eris/halt ]; then
		echo "halted $(cat /run/eris/halt)"
		return
	fi
	if ! same_boot; then
		echo "fenced the node has rebooted since preflight"
		return
	fi
	if [ "$(value lease-until)" -le "$(uptime_ms)" ]; then
		echo "fenced the lease has ended"
		return
	fi
	timer=eris-$id-lease.timer
	asked=$(uptime_ms)
	before=$(systemctl show "$timer" -p NextElapseUSecMonotonic --value)
	if ! systemctl restart "$timer" 2>/dev/null; then
		echo "fenced the lease timer is gone"
		return 70
	fi
	after=$(systemctl show "$timer" -p NextElapseUSecMonotonic --value)
	echo $((asked + $(value lease))) >"$run/lease-until"
	echo "was $before"
	echo "next $after"
}
