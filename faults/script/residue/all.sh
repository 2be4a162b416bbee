# What Eris can leave on a node. doctor.sh reads residues and touches nothing;
# heal.sh runs each remedy. So what doctor names, heal removes, by the very
# commands that doctor shows to a person.
#
# Each kind of residue is a file beside this one, which calls `found` for every
# item that it sees. A file with a new kind is all that a new family adds.
tab=$(printf '\t')

quote() { # quote WORD: as one word for a shell
	printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# faults lists the directories of faults that are not over. What belongs to one
# of them is no residue: the fault's undo removes it.
faults() {
	for state in /run/eris/*/state /var/lib/eris/*/state; do
		if [ -e "$state" ]; then
			echo "${state%/state}"
		fi
	done
}

ids() { # of faults that are not over
	faults | sed 's/.*\///' | sort -u
}

# The state is written before anything else that carries the id but its directories,
# so who asks after seeing a thing is never told that a fault being armed is not there.
# Where its directories are taken away before that, the arming is refused.
owned() { # owned NAME: it carries the id of a fault that is not over
	for state in /run/eris/*/state /var/lib/eris/*/state; do
		id=${state%/state}
		id=${id##*/}
		case $1 in
		*"eris-$id" | *"eris-$id"-* | *"eris-$id".*) return 0 ;;
		esac
	done
	return 1
}

carries() { # carries NAME: an id of ours is in it, and it is not another's
	hex='[0-9a-f]'
	case $1 in
	*eris-$hex$hex$hex$hex$hex$hex$hex$hex-*-[0-9]*) ;;
	*) return 1 ;;
	esac
}

found() { # found NAME WHAT REMEDY: NAME carries the id, WHAT is for people
	if carries "$1" && ! owned "$1"; then
		echo "residue $2$tab$3"
	fi
}

here() { # here NAME WHAT REMEDY: as found, in a place that is ours alone
	if ! owned "$1"; then
		echo "residue $2$tab$3"
	fi
}
