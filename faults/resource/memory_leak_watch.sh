# program.sh DIRECTORY watch PID BORN SERVICE: tells when the process of the leak is
# gone without having said why.
if [ "${2:-}" = watch ]; then
	cd "$1" || exit 1
	while [ "$(born "$3")" = "$4" ]; do
		sleep 0.2
	done
	sleep 0.1 # for its own last word
	if [ ! -s ended ]; then
		ended "its process is gone: $5 was stopped or restarted, or the kernel ended it where memory was short"
	fi
	exit
fi
