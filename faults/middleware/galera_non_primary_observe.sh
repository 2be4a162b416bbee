# galera_non_primary_observe.sh: the member says so itself.
state=$(status wsrep_cluster_status)
if [ "$state" != non-Primary ]; then
	exit 1
fi
echo "the member is $(status wsrep_local_state_comment) in a $state component of $(status wsrep_cluster_size), wsrep_ready is $(status wsrep_ready)"
