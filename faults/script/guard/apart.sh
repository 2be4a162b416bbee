
# What the guard runs apart from whoever called it goes on when the connection is
# cut, and can be ended with all that it has started: a unit of systemd, or where
# systemd does not run a session of its own. A session's leader is known by its
# command line, which has the fault's id in it and stays with the process, so that
# no other process is ever taken for it.
sleepers() { # whether the dead-man of this fault is two sleepers, and not two timers
	[ -e "$run/sleepers" ]
}

# apart NAME OPTION VERB [ARG...]: a verb of the guard, apart, until it has ended.
# OPTION is for systemd-run.
apart() {
	name=$1 option=$2 what=$3
	shift 3
	if ! sleepers; then
		systemd-run --quiet --collect --wait "$option" --unit="eris-$id-$name" sh "$run/guard.sh" "$what" "$id" "$@"
	elif [ -n "$(leaders "$name")" ]; then
		return 1 # as a second unit of that name
	elif [ "$option" = --pipe ]; then
		setsid sh "$run/guard.sh" session "$id" "$name" "$what" "$@"
	else
		setsid sh "$run/guard.sh" session "$id" "$name" "$what" "$@" </dev/null >/dev/null
	fi
}

# leaders NAME: the processes that lead the sessions of that name, a number a line.
leaders() {
	grep -ls "eris/$id/guard.sh" /proc/[0-9]*/cmdline | while IFS= read -r file; do
		case $(tr '\0' ' ' 2>/dev/null <"$file") in
		"sh $run/guard.sh session $id $1 "*)
			file=${file%/cmdline}
			file=${file##*/}
			process "$file" && [ "$session" = "$file" ] && echo "$file" # and no copy of its shell
			;;
		esac
	done
}

# process PID says in $doing, $session and $born what the kernel says of a process:
# how it is, in which session, and when it was started.
process() {
	doing='' session='' born=''
	[ -n "$1" ] || return 1 # which would be the kernel's own /proc/stat
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	set -- ${line##*) }
	[ $# -ge 20 ] || return 1
	doing=$1 session=$4
	shift 10
	shift 9
	born=$1
}

# leave NAME HOW ends what runs apart under that name, with all of it. A unit is
# sent KILL (kill), is stopped and waited for (stop), or both (end); a session gets
# KILL, and is waited for. A sleeper is no timer, which would outlive what it has
# started: where it is only to let go of the lock (kill), another one takes its place
# before it ends.
leave() {
	if ! sleepers; then
		if [ "$2" != stop ]; then
			systemctl kill --signal=KILL "eris-$id-$1.service" 2>/dev/null
		fi
		if [ "$2" != kill ]; then
			systemctl stop "eris-$id-$1.service" 2>/dev/null
		fi
		return
	fi
	led=$(leaders "$1")
	case $1-$2 in
	lease-kill | ttl-kill) [ -z "$led" ] || launch "$1" "$led" ;;
	esac
	for leader in $led; do
		tries=100
		while [ "$tries" -gt 0 ]; do
			living=$(sed -n 's/^\([0-9]*\) (.*) [^ZX] [0-9-]* [0-9-]* '"$leader"' .*/\1/p' /proc/[0-9]*/stat 2>/dev/null)
			if [ -z "$living" ]; then
				break
			fi
			kill -s KILL $living 2>/dev/null
			tries=$((tries - 1))
			sleep 0.02
		done
	done
}

# launch NAME OTHERS starts a sleeper in place of the others, a number a line, and
# notes which process it is.
launch() {
	setsid sh "$run/guard.sh" session "$id" "$1" sleeper "$1" again </dev/null >/dev/null 2>&1 &
	noted "$1" "$2"
}

noted() { # noted NAME OTHERS: waits until there is a sleeper that is none of the others
	tries=100
	while [ "$tries" -gt 0 ] && ! leader=$(leaders "$1" | grep -v -x "$2"); do
		tries=$((tries - 1))
		sleep 0.02
	done
	process "$leader" && write "$1-sleeper" "$leader $born"
}

# asleep starts the two sleepers, notes which processes they are, and tells until
# when each sleeps, as a timer is read back.
asleep() {
	for name in lease ttl; do
		setsid sh "$run/guard.sh" session "$id" "$name" sleeper "$name" first </dev/null >/dev/null 2>&1 &
	done
	noted lease ''
	noted ttl ''
	for name in lease ttl; do
		if standing "$name"; then
			echo "$name active $(value "$name-until")ms"
		else
			echo "$name gone"
		fi
	done
}

# standing NAME: that sleeper is still the process that was noted, and not stopped.
standing() {
	value "$1-sleeper" >/dev/null
	process "${stored% *}" && [ "$born" = "${stored#* }" ] || return 1
	case $doing in
	[ZXTt]) return 1 ;;
	esac
}

# sleeper BY TIME is a timer where systemd does not run. It ends when the moment that is
# stored for it has come, and at once when the other one is gone or stopped: a
# dead-man is two. One that took another's place ends nobody who has the lock.
sleeper() {
	by=$1 patient= other=ttl
	if [ "$2" = again ]; then
		patient=yes
	fi
	if [ "$by" = ttl ]; then
		other=lease
	fi
	while state >/dev/null && [ "$current" != gone ]; do
		value "$by-until" >/dev/null
		if [ -z "$stored" ]; then # it is being written
			sleep 0.1
			value "$by-until" >/dev/null
		fi
		until=${stored:-0}
		read -r up idle </proc/uptime
		hundredths=1${up#*.}
		left=$((until - ${up%.*} * 1000 - (hundredths - 100) * 10))
		if [ "$left" -le 0 ]; then
			break
		fi
		if [ -e "$run/$other-sleeper" ] && ! standing "$other"; then
			stamp alone "$by" "the other sleeper was ended or stopped"
			break
		fi
		if [ "$left" -gt 500 ]; then
			sleep 0.5
		else
			sleep 0.1
		fi
	done
	deadman "$by"
}
