# files.sh SERVICE ID LEFT: the processes of a service, and their limits of open files.
service=$1 left=$3

limits() { # limits PID: how many files it may open, and how many it may allow itself
	sed -n 's/^Max open files  *\([0-9]*\)  *\([0-9]*\) .*/\1 \2/p' "/proc/$1/limits" 2>/dev/null
}

may() { # may PID OPTION: prlimit of it; where root may not reach over to another's process (a container), as its owner
	if prlimit --pid "$1" "$2" 2>/dev/null; then
		return
	fi
	owner=$(sed -n 's/^Uid:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	group=$(sed -n 's/^Gid:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	if [ -z "$owner" ] || [ -z "$group" ]; then
		return 1
	fi
	setpriv "--reuid=$owner" "--regid=$group" --clear-groups prlimit --pid "$1" "$2" 2>/dev/null
}

open() { # open PID LIMIT: how many of its files have a number under the limit
	ls "/proc/$1/fd" 2>/dev/null | while read -r number; do
		if [ "$number" -lt "$2" ]; then
			echo "$number"
		fi
	done | wc -l
}

