started() { # the number of the process that this node has started last, and the time
	read -r one five fifteen running last </proc/loadavg && echo "$last $(date +%s%N)"
}

pace() { # pace SECONDS: how many processes this node starts a second, of anybody
	set -- "$1" $(started)
	sleep "$1"
	set -- "$@" $(started)
	count=$(($4 - $2))
	if [ "$count" -lt 0 ]; then # the numbers begin anew
		read -r most_pid </proc/sys/kernel/pid_max
		count=$((count + most_pid))
	fi
	echo $((count * 1000000 / (($5 - $3) / 1000)))
}

