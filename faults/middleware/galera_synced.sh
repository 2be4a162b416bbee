# galera_synced.sh: it has caught up with the others.
if [ "$(status wsrep_local_state_comment)" != Synced ]; then
	exit 1
fi
