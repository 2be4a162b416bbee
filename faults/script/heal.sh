# heal.sh BY SECONDS REASON: undoes every fault on this node, knowing nothing
# but the node, and waits so long for each to be verified. BY is heal or halt;
# a halt is written first, so that nothing is injected meanwhile.
set -u
umask 077
by=$1 seconds=$2 reason=$3

if [ "$by" = halt ]; then
	for place in /run/eris /var/lib/eris; do
		if mkdir -p -m 0700 "$place" && printf '%s\n' "$reason" >"$place/halt" && sync "$place/halt"; then
			echo "halt $place"
		fi
	done
fi

guards() { # one of each fault, the one in /run if it is there
	for id in $(ids); do
		if [ -e "/run/eris/$id/guard.sh" ]; then
			echo "/run/eris/$id/guard.sh"
		else
			echo "/var/lib/eris/$id/guard.sh"
		fi
	done
}

each() { # each VERB: for every fault that is left; an undo that was begun and is not done is begun again
	guards | while IFS= read -r guard; do
		id=${guard%/guard.sh}
		id=${id##*/}
		verb=$1
		if [ "$(cat "${guard%/guard.sh}/state" 2>/dev/null)" = undoing ]; then
			verb=end
		fi
		echo "fault $id"
		sh "$guard" "$verb" "$id" "$by"
	done
}

lines() { # lines TEXT: none of an empty one
	if [ -n "$1" ]; then
		printf '%s\n' "$1"
	fi
}

read -r up idle </proc/uptime
patient=$((${up%.*} + seconds))
each end
while read -r up idle </proc/uptime && [ "${up%.*}" -lt "$patient" ] && [ -n "$(guards)" ]; do
	sleep 1
	each verify
done

# What is left of no fault is nobody's: take it away. It is told as removed when its
# remedy says so and it is not found any more.
lost=$(residues)
taken=$(lines "$lost" | while IFS=$tab read -r what remedy; do
	if sh -c "$remedy" </dev/null >/dev/null 2>&1; then
		echo "$what"
	fi
done)
still=$(residues)
lines "$lost" | while IFS=$tab read -r what remedy; do
	case "
$still" in
	*"
$what$tab"*) continue ;;
	esac
	case "
$taken
" in
	*"
$what
"*) echo "removed ${what#residue }" ;;
	*) printf 'remains %s\t%s\n' "${what#residue }" "$remedy" ;;
	esac
done
lines "$still" | sed 's/^residue/remains/'
if [ "$by" = heal ]; then
	rm -f /run/eris/halt /var/lib/eris/halt
fi
guards | sed 's/^/left /'
