gone() { # gone UNIT: ends a unit that a fault has made, with all of its processes, and sees that it is gone
	systemctl kill --signal=KILL "$1" 2>/dev/null
	systemctl stop "$1" 2>/dev/null
	systemctl reset-failed "$1" 2>/dev/null
	tries=60
	while [ "$(systemctl show "$1" -p LoadState --value)" != not-found ]; do
		tries=$((tries - 1))
		if [ "$tries" = 0 ]; then
			echo "$1 is still $(systemctl show "$1" -p ActiveState --value)"
			return 1
		fi
		sleep 0.05
	done
}
