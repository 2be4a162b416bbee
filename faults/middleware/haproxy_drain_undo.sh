# haproxy_drain_undo.sh: tells haproxy what it was told before. A process that
# starts anew knows nothing of it.
set -eu
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
had=$(while read -r name state; do
	if [ "$name" = "Server=$server" ]; then
		echo "$state"
	fi
done <before)
has=$(state)
if [ -z "$has" ]; then
	if active; then
		echo "haproxy does not answer at $socket" >&2
		exit 1
	fi
	exit 0
fi
if [ "$has" != "$had" ]; then
	ask "set server $backend/$server state $had" >&2
	[ "$(state)" = "$had" ]
fi
