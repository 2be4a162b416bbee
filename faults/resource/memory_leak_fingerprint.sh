# memory_leak_fingerprint.sh: whether the service runs. How much memory it has changes
# by itself.
service=$4
if ! state=$(service_state); then
	exit 1
fi
echo "ActiveState=$state"
