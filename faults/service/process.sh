# process.sh NAME ID START ...: the processes of that name, each known by its
# process id and when it started; within one boot there is no second such pair.
name=$1 id=$2 start=$3
list() { # PID STARTED STATE PARENT, a line each
	grep -s -h -F "($name) " /proc/[0-9]*/stat | while IFS= read -r line; do
		pid=${line%% *} rest=${line##*) }
		case $line in
		"$pid ($name) "*) ;;
		*) continue ;;
		esac
		state=${rest%% *} rest=${rest#* }
		parent=${rest%% *}
		started=$(echo "$rest" | cut -d ' ' -f 19)
		case $state in
		Z | X) ;;
		*) echo "$pid $started $state $parent" ;;
		esac
	done
}
same() { # same PID STARTED: it is still that process
	now=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
	[ "$(echo "$now" | cut -d ' ' -f 20)" = "$2" ]
}
tell() { # tell SIGNAL FILE: to each process in the file that is still the one it was
	while read -r pid started; do
		if same "$pid" "$started"; then
			kill -s "$1" "$pid" 2>/dev/null || true
		fi
	done <"$2"
}
stand() { # stand FILE: stops them all, those too that are made meanwhile, and notes which
	passes=50
	while more=$(list | grep -v -E '^[0-9]+ [0-9]+ T ') && [ -n "$more" ]; do
		passes=$((passes - 1))
		if [ "$passes" = 0 ]; then
			echo "$name makes processes quicker than they can be stopped"
			return 1
		fi
		echo "$more" | cut -d ' ' -f 1,2 >>"$1"
		tell STOP "$1"
	done
}
