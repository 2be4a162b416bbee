
# undo BY ends an inject that still runs, then undoes under the lock. Who holds
# the lock longer than 5 s is ended: the undo scripts can be run again from
# anywhere. That is the undo of another caller too, who may be gone. Whoever tries
# again and again does so once: two who end each other never come to an end.
undo() {
	by=$1
	leave inject end
	locked undo-locked "$by"
	if [ $? -eq 75 ]; then
		if [ -z "$patient" ]; then
			patient=yes
			for other in undo lease ttl boot; do
				if [ "$other" != "$unit" ]; then
					leave "$other" kill
				fi
			done
		fi
		locked undo-locked "$by"
	fi
}

unit_of() { # unit_of BY: the unit in which that caller's undo runs
	case $1 in
	lease | ttl | boot) echo "$1" ;;
	*) echo undo ;;
	esac
}

# output NAME puts into $out where a script's words go. Where /run has no room for the
# file they are lost, and the script runs all the same.
output() {
	out=$run/$1
	true 2>/dev/null >"$out" || out=/dev/null
}

undo_locked() {
	by=$1
	output undo.out
	mkdir "$run/closed" 2>/dev/null # a fence that takes no room, where the state cannot be written
	case $(state) in
	gone)
		return
		;;
	undone)
		# Verify has asked for it again; the first undo keeps its stamp.
		step undo >"$out" 2>&1 || stamp undo-failed "$by" "$(tail -n 1 "$out")"
		return
		;;
	esac
	if touched; then
		over
		enter undoing "$by"
	fi
	if step undo >"$out" 2>&1; then
		enter undone "$by"
	else
		stamp undo-failed "$by" "$(tail -n 1 "$out")"
	fi
}

# healed tells that somebody else has put right what the fault did: two looks, since
# one may miss it. What a program of the fault's own does ends with that, by which
# nobody has healed anything; and neither does a dead-man that undid it while it was
# looked at.
healed() {
	if [ "$(state)" != held ] || [ -e "$run/program.sh" ] || over || ! gone; then
		return 1
	fi
	sleep 0.2
	gone && [ "$(state)" = held ] && [ ! -e "$run/closed" ]
}

# gone tells that the probe does not see the effect. One that cannot tell (75), or does
# not come to its end (124, of timeout), has not seen that it is gone.
gone() {
	step observe >/dev/null 2>&1
	case $? in
	0 | 75 | 124) return 1 ;;
	esac
}

# end BY is the undo of a person or of the engine: apart, so that it goes on when
# the connection is cut.
end() {
	by=$1
	if healed; then
		echo "healed"
	fi
	if ! apart undo --collect undo "$by" 2>/dev/null; then
		undo "$by"
	fi
	verify "$by"
}
