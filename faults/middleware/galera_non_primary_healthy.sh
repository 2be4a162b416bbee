# A member that was told so late that the others have given it up still calls itself
# Synced; a read after all that the cluster has agreed on tells.
if [ "$(timeout 10 mysql --connect-timeout=4 -N -e "SET SESSION wsrep_sync_wait=1; SELECT 1" 2>/dev/null)" != 1 ]; then
	exit 1
fi
