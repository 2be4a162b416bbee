# program.sh ID: what the unit that holds what is scarce does last. That its program ended
# is nobody's healing.
cd "/run/eris/$1" || exit 1
state=
{ read -r state <state; } 2>/dev/null
if [ "$state" = undoing ] || [ "$state" = undone ]; then
	exit 0 # the undo ends it
fi
ended "its program ended (${SERVICE_RESULT:-unknown}): $(tail -n 1 said 2>/dev/null)"
