# galera_non_primary_fingerprint.sh: the option itself is told by nobody.
if ! active; then
	echo "Unit=inactive"
	exit 0
fi
primary=$(status wsrep_cluster_status)
if [ -z "$primary" ]; then
	exit 1
fi
echo "Unit=active"
echo "wsrep_cluster_status=$primary"
