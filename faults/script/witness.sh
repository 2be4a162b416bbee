# witness.sh tell ID MS NODE RUN OWNER | dismiss ID… | list: what this node knows of faults
# that a machine beside the cloud keeps for another node, which itself cannot tell. It is
# known for so long by the node's monotonic time, in memory: who boots has forgotten.
set -u
umask 077
kept=/run/eris/witness
read -r up idle </proc/uptime
hundredths=1${up#*.}
now=$((${up%.*} * 1000 + (hundredths - 100) * 10))
verb=$1
shift
case $verb in
tell)
	mkdir -p -m 0700 /run/eris && mkdir -p -m 0700 "$kept" &&
		printf '%s %s %s %s\n' "$((now + $2))" "$3" "$4" "$5" >"$kept/$1.new" &&
		mv "$kept/$1.new" "$kept/$1" && echo told
	;;
dismiss)
	for id in "$@"; do
		rm -f "$kept/$id"
	done
	rmdir "$kept" 2>/dev/null # refused while it knows of others
	echo dismissed
	;;
list)
	run='' until=0
	if [ -s /run/eris/run ]; then
		read -r run until owner </run/eris/run
	fi
	for file in "$kept"/*; do
		id=${file##*/}
		case $id in
		'*' | *.new) continue ;;
		esac
		read -r ends node of owner <"$file"
		if [ "$ends" -lt "$now" ]; then
			continue
		fi
		goes=over
		if [ "$of" = "$run" ] && [ "$until" -gt "$now" ]; then
			goes=on
		fi
		echo "witness $id $node $goes $of $owner"
	done
	;;
esac
