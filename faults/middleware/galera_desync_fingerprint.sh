# galera_desync_fingerprint.sh: not the member's state, which is Donor/Desynced
# whenever another one asks for it.
if ! active; then
	echo "Unit=inactive"
	exit 0
fi
has=$(desync)
if [ -z "$has" ]; then
	exit 1
fi
echo "Unit=active"
echo "wsrep_desync=$has"
