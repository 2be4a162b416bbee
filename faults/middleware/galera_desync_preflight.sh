# galera_desync_preflight.sh: is this a member in order, and may root tell it?
if ! active; then
	echo "$unit is not active"
	exit 1
fi
has=$(desync)
case $has in
OFF) ;;
ON)
	echo "wsrep_desync is ON already, by somebody else"
	exit 1
	;;
*)
	echo "the database does not tell root its wsrep_desync: $(query 'SHOW GLOBAL VARIABLES LIKE "wsrep_desync"' 2>&1 | head -n 1)"
	exit 1
	;;
esac
state=$(status wsrep_local_state_comment)
if [ "$state" != Synced ]; then
	echo "this member is not Synced but ${state:-no member}"
	exit 1
fi
