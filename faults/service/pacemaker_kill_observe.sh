# pacemaker_kill_observe.sh RESOURCE ID SIGNAL KEEP: what was killed is down; what is
# to stay so is kept off this node too.
if [ "$4" = true ]; then
	look >/dev/null || exit 1
	if ! rules | grep -q -F -x "eris-$id-ban-on-$here"; then
		exit 1
	fi
fi
set -- "$unit" "$id" "$3" "$4"
