# program.sh DIRECTORY watch PID BORN SERVICE [MAIN BORN]: tells when the process of the
# leak is gone without having said why, and ends it when the service's main process is,
# where that cannot be started again with somebody else in its group.
if [ "${2:-}" = watch ]; then
	cd "$1" || exit 1
	while [ "$(born "$3")" = "$4" ]; do
		if [ -n "${6:-}" ] && [ "$(born "$6")" != "${7:-}" ]; then
			ended "$5 ended, and would not start again with the leak in its group"
			kill -s KILL "$3" 2>/dev/null
			exit
		fi
		sleep 0.2
	done
	sleep 0.1 # for its own last word
	if [ ! -s ended ]; then
		ended "its process is gone: $5 was stopped or restarted, or the kernel ended it where memory was short"
	fi
	exit
fi
