# syscall.sh ID NAME SERVICE CALLS WHAT WORDS EVERY: a service's processes, and who
# traces them.
id=$1 name=$2 service=$3 calls=$4 what=$5 words=$6 every=$7
own=eris-$id-load-$name.service
watch=eris-$id-load-$name-watch.service

tracers() { # tracers PID: who traces each of its threads, 0 for nobody
	cat "/proc/$1/status" "/proc/$1"/task/*/status 2>/dev/null | sed -n 's/^TracerPid:[^0-9]*//p' | sort -u
}

state() { # state PID: S, R, T (stopped), t (stopped for who traces it), ...
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 1
}

ours() { # the fault's strace
	systemctl show "$own" -p MainPID --value
}

traced() { # traced PID: how many of the service's processes are traced by it, with all threads, and how many are not
	yes=0 no=0
	for pid in $(service_processes); do
		by=$(tracers "$pid")
		case $by in
		'') ;; # it has ended
		"$1") yes=$((yes + 1)) ;;
		*) no=$((no + 1)) ;;
		esac
	done
	echo "$yes $no"
}

met() { # in words, how many calls were met; fails where nobody counted
	each=
	if [ "$every" != 1 ]; then
		each=", one in $every of each thread"
	fi
	count=$(wc -l <met) || return 1
	case $((count)) in
	0) echo "no call yet that is to be $words ($calls$each)" ;;
	100000) echo "100000 calls or more were $words ($calls$each)" ;;
	*) echo "$((count)) calls were $words ($calls$each)" ;;
	esac
}

