# haproxy_drain_fingerprint.sh: what haproxy has been told of the backend's servers.
if ! active; then
	echo "Unit=inactive"
	exit 0
fi
servers=$(told)
if [ -z "$servers" ]; then
	exit 1
fi
echo "Unit=active"
echo "$servers" | while read -r name state; do
	echo "Server=$name $state"
done
