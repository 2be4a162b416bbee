# guard.sh VERB ID [ARG...]
#
# The keeper of one fault on its node. Whoever acts on the fault (the engine
# over SSH, the two timers, the unit that runs after a reboot, eris halt and
# eris heal) acts through this file, so that all of them run the same undo and
# none can act out of turn. The state changes only under the lock and only
# forward:
#
#	armed -> injecting -> held -> undoing -> undone
#
# Answers are lines "KEY VALUE" on stdout.
set -u
umask 077
verb=$1
id=$2
shift 2
if [ "$verb" = session ]; then # session ID NAME VERB [ARG...] leads a session of that name
	verb=$2
	shift 2
fi
run=/run/eris/$id
keep=/var/lib/eris/$id
history=/var/lib/eris/history
seen=
ms=
later=   # whether the disk's log is told of the stamps later, all at once
unit=    # in which the verb runs apart
patient= # whether it has ended who had the lock

# /proc/uptime is monotonic: a clock fault moves neither leases nor fences. It is in
# $ms too, for who asks without a process of its own.
uptime_ms() {
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	ms=$((${up%.*} * 1000 + (hundredths - 100) * 10))
	echo "$ms"
}

value() { # value NAME: the one line that was stored under that name when the fault was armed
	stored=
	{ read -r stored <"$run/$1"; } 2>/dev/null
	echo "$stored"
}

write() { # write NAME LINE: whole or not at all, for who reads it meanwhile
	if ! { echo "$2" >"$run/$1.new" && mv "$run/$1.new" "$run/$1"; } 2>/dev/null; then
		rm -f "$run/$1.new" 2>/dev/null
		return 1
	fi
}

state() {
	current=gone
	{ read -r current <"$run/state"; } 2>/dev/null
	echo "$current"
}

# Injecting is written to $run before anything is touched: without it nothing was. The
# disk is told when the effect is there (inject_locked). So what was armed when $run was
# lost, with its node's power, may have been injected, and counts as such: unsure.
touched() {
	state >/dev/null
	case $current in
	injecting | held | undoing) return 0 ;;
	esac
	grep -q -e ' injecting ' -e ' unsure ' "$run/log" 2>/dev/null ||
		grep -q -e ' injecting ' -e ' unsure ' "$history/$id" 2>/dev/null
}

stamp() { # stamp EVENT BY [TEXT]: at this moment, or at $seen
	if [ -z "$seen" ]; then
		uptime_ms >/dev/null
	fi
	echo "${seen:-$(date +%s%N) $ms} $*" >>"$run/log"
	if [ -z "$later" ]; then
		catch_up
	fi
}

# catch_up gives the log on the disk the lines that it does not have. A full disk must
# not keep the undo from running.
catch_up() {
	has=$(wc -l 2>/dev/null <"$keep/log")
	tail -n "+$((${has:-0} + 1))" "$run/log" 2>/dev/null >>"$keep/log" || true
}

enter() { # enter STATE BY [TEXT]: fails when it could not be written, or the disk does not have it
	write state "$1" || return 1
	stamp "$@"
	to_disk
}

to_disk() { # the disk has the state and the log, or it fails
	catch_up
	state 2>/dev/null >"$keep/state" && sync "$keep/state" "$keep/log" 2>/dev/null
}

step() { # step NAME: runs one of the fault's own scripts with its arguments
	name=$1
	was_touched=no
	if touched; then
		was_touched=yes
	fi
	(
		cd "$run" || exit 126
		set --
		while IFS= read -r argument; do
			set -- "$@" "$argument"
		done <args
		value controller >/dev/null
		ERIS_CONTROLLER=$stored ERIS_TOUCHED=$was_touched timeout 30 sh "./$name.sh" "$@"
	)
}

locked() { # locked VERB [ARG...]: 75 when the lock was not free for 5 s
	what=$1
	shift
	flock -w 5 -E 75 "$run/lock" sh "$run/guard.sh" "$what" "$id" "$@"
}

# forbidden has in $forbids the line that a halt is told with, or nothing. It is told before
# all else: a halt ends the node's faults too, and that they are over would hide why.
forbidden() {
	forbids=
	if halted >/dev/null; then
		forbids="halted $(halted)"
		echo "$forbids"
	fi
}

same_boot() {
	read -r boot </proc/sys/kernel/random/boot_id
	value boot >/dev/null
	[ "$boot" = "$stored" ]
}

# over tells that what was injected has ended by itself and was not undone: the
# fault has written `ended`, a line of the log, which is kept at the first look.
over() {
	if [ ! -s "$run/ended" ]; then
		return 1
	fi
	if ! grep -q ' ended ' "$run/log"; then
		cat "$run/ended" >>"$run/log"
		catch_up
	fi
}

report() {
	over
	echo "state $(state)"
	if [ -r "$run/log" ]; then
		sed 's/^/stamp /' "$run/log"
	elif [ -r "$history/$id" ]; then
		sed 's/^/stamp /' "$history/$id"
	fi
	echo "now $(date +%s%N) $(uptime_ms)"
}

# After a reboot /run is empty: what is kept on disk takes its place.
if [ ! -e "$run/state" ] && [ -e "$keep/state" ]; then
	mkdir -p -m 0700 /run/eris "$run"
	cp -p "$keep"/* "$run/"
	case $(state) in
	armed | '') stamp unsure boot "what /run had of it is lost: it may have begun" ;;
	esac
fi
