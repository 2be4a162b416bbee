# files_undo.sh: gives each process back what it had, known by its number and its
# start. One that was started since has its parent's lowered limit, and gets
# what all of them had. A service that did not outlive it is started again.
set -eu
if [ -s was ]; then
	read -r pid start had number <was
	tries=5
	while [ "$tries" -gt 0 ]; do
		tries=$((tries - 1)) again=0
		# Those that are known first, by themselves: who tells the others may hang.
		while read -r pid start before number; do
			set -- $(limits "$pid")
			if [ "$(born "$pid")" = "$start" ] && [ "${1:-none}" = "$number" ]; then
				may "$pid" "--nofile=$before:" || true
				again=1
			fi
		done <was
		for pid in $(service_processes); do
			set -- $(limits "$pid")
			if [ $# = 2 ] && [ "$1" != "$had" ] && grep -q " $1\$" was; then
				may "$pid" "--nofile=$had:" || true # it may have ended
				again=1
			fi
		done
		if [ "$again" = 0 ]; then
			break
		fi
	done
	if [ "$again" = 1 ]; then
		echo "processes of $service are started faster than they can be given back what they had"
		exit 1
	fi
fi
if [ "$ERIS_TOUCHED" = yes ] && grep -q -x 'ActiveState=active' before && [ "$(service_state)" != active ]; then
	service_again
fi
