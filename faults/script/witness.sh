# witness.sh tell ID MS NODE PLACE RUN OWNER | dismiss ID… | list: what this node knows of
# faults that a machine beside the cloud keeps for another node, which itself cannot tell.
# It is known for so long by the node's monotonic time, in memory: who boots has forgotten.
set -u
umask 077
mkdir -p -m 0700 /run/eris
# The lock is held by the shell that runs the quoted part.
flock -w 5 -E 75 /run/eris/lock sh -c '
	kept=/run/eris/witness
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	now=$((${up%.*} * 1000 + (hundredths - 100) * 10))
	verb=$1
	shift
	case $verb in
	tell)
		mkdir -p -m 0700 "$kept" &&
			printf "%s %s %s %s %s\n" "$((now + $2))" "$3" "$4" "$5" "$6" >"$kept/$1.new" &&
			mv "$kept/$1.new" "$kept/$1" && echo told
		;;
	dismiss)
		for id in "$@"; do
			rm -f "$kept/$id"
		done
		echo dismissed
		;;
	esac
	run="" until=0
	if [ -s /run/eris/run ]; then
		read -r run until owner </run/eris/run
	fi
	for file in "$kept"/*; do
		id=${file##*/}
		if [ "$id" = "*" ]; then
			continue
		fi
		ends=0
		if [ "${id%.new}" = "$id" ]; then # a writer has the lock, so that any other was cut off
			read -r ends node place of owner <"$file"
		fi
		if [ "${ends:-0}" -lt "$now" ]; then
			rm -f "$file"
			continue
		fi
		if [ "$verb" != list ]; then
			continue
		fi
		goes=over
		if [ "$of" = "$run" ] && [ "$until" -gt "$now" ]; then
			goes=on
		fi
		printf "witness %s %s %s %s %s %s\n" "$id" "$node" "$place" "$goes" "$of" "$owner"
	done
	rmdir "$kept" 2>/dev/null # refused while it knows of any
	exit 0
' witness "$@"
