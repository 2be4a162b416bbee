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
stranger() { # stranger PID: whose it is, if anybody's who would have it run again
	group=$(sed -n -E 's,^(0:|[0-9]+:name=systemd):,,p' "/proc/$1/cgroup" 2>/dev/null | grep -v -x / | head -n 1)
	case $group in
	*/docker[-/]* | */libpod[-/]* | */libpod_parent/*)
		echo "process $1 of $name runs in a container: the inventory has to say container: NAME"
		;;
	*/run-*.service | */rc-local.service) ;; # nobody starts it again
	*.service)
		echo "process $1 of $name is of ${group##*/}: the inventory has to say unit: ${group##*/}"
		;;
	esac
}
strangers() { # strangers LIST: all that are somebody's
	for pid in $(echo "$1" | cut -d ' ' -f 1); do
		stranger "$pid"
	done
}
look() { # which programs run under that name, without the workers that they have
	all=$(list)
	stopped=no
	if echo "$all" | cut -d ' ' -f 3 | grep -q T; then
		stopped=yes
	fi
	echo "Stopped=$stopped"
	echo "$all" | while read -r pid started state parent; do
		if [ -n "$pid" ] && ! echo "$all" | grep -q "^$parent "; then
			echo "Main=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
		fi
	done | sort
}
armed() { # nothing is struck but what was there when the fault was armed
	if [ "$(look)" != "$(cat before)" ]; then
		echo "the processes of $name are not those that were there when the fault was armed"
		return 1
	fi
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
		others=$(strangers "$more")
		if [ -n "$others" ]; then
			echo "$others" | tail -n 1
			return 1
		fi
		echo "$more" | cut -d ' ' -f 1,2 >>"$1"
		tell STOP "$1"
	done
}
