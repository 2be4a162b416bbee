# program.sh DIRECTORY count | watch PID BORN SERVICE
cd "$1" || exit 1
case $2 in
count) # a line for each call that was met, as many as a file is to have
	grep --line-buffered -m 100000 -o '(INJECTED)$\|(DELAYED)$' >met
	cat >/dev/null
	;;
watch)
	while [ "$(born "$3")" = "$4" ]; do
		sleep 0.2
	done
	ended "its strace is gone: $5 was stopped or restarted, or somebody ended strace"
	;;
esac
