# container_main.sh: its main process, which is struck as a crash would strike it.
# What the engine is asked to kill it takes for stopped by a person, and its
# policy does not bring it back.
crash() { # crash SIGNAL: true when the process was the container's, and got it
	case $pid in
	'' | 0 | *[!0-9]*) return 1 ;;
	esac
	grep -q -F "$key" "/proc/$pid/cgroup" 2>/dev/null && kill -s "$1" "$pid" 2>/dev/null
}
