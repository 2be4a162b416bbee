# galera_desync_observe.sh: the member says so itself, and how far it is behind.
state=$(status wsrep_local_state_comment)
if [ "$(desync)" != ON ] || [ "$state" != Donor/Desynced ]; then
	exit 1
fi
echo "the member is $state in a cluster of $(status wsrep_cluster_size): $(status wsrep_local_recv_queue) writes wait in its queue, it has asked the others to wait $(status wsrep_flow_control_sent) times ever"
