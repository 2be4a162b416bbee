# galera_non_primary_preflight.sh: is this a member in order, whose cluster has a
# majority without it?
if ! active; then
	echo "$unit is not active"
	exit 1
fi
primary=$(status wsrep_cluster_status)
if [ -z "$primary" ]; then
	echo "the database does not tell root its wsrep_cluster_status: $(query 'SHOW GLOBAL STATUS LIKE "wsrep_cluster_status"' 2>&1 | head -n 1)"
	exit 1
fi
if [ "$primary" != Primary ]; then
	echo "this member is in no primary component but $primary"
	exit 1
fi
state=$(status wsrep_local_state_comment)
if [ "$state" != Synced ]; then
	echo "this member is not Synced but ${state:-no member}"
	exit 1
fi
size=$(status wsrep_cluster_size)
if [ "${size:-0}" -lt 3 ]; then
	echo "the cluster has ${size:-no} members: without this one nobody would have a majority"
	exit 1
fi
