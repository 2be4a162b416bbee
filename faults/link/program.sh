# program.sh ID: what the proxy's unit does last. Nobody is sent where nobody listens.
tries=20
while ! nft delete table inet "eris-$1" 2>/dev/null; do
	if ! nft list tables 2>/dev/null | grep -q -x "table inet eris-$1"; then
		break
	fi
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		exit 1
	fi
	sleep 0.05
done
cd "/run/eris/$1" || exit 1
state=
{ read -r state <state; } 2>/dev/null
if [ "$state" = undoing ] || [ "$state" = undone ]; then
	exit 0 # the undo ends it
fi
ended "its proxy ended (${SERVICE_RESULT:-unknown}), and the redirect with it"
