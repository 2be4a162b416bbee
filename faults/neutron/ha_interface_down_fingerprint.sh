# ha_interface_down_fingerprint.sh: the interface with the addresses that the node
# has there itself, and whether keepalived runs. Of a router that its agent has
# taken away meanwhile, with all that it kept of it, nothing is left to restore.
if ! chosen >/dev/null; then
	echo "Router=none"
	exit 0
fi
if removed; then
	cat before
	exit 0
fi
echo "Router=$router"
if ! there; then
	echo "Namespace=gone"
	exit 0
fi
echo "Configuration=$(kept)"
all=$(links) || exit 1
link=$(echo "$all" | grep '^ha-')
echo "Interface=${link:-none}"
if [ -n "$link" ]; then
	state=$(state "$link") || exit 1
	echo "State=$state"
	mine=$(own "$link") || exit 1
	echo "$mine" | sed -n 's/^./Address=&/p'
fi
echo "Keepalived=$(names | grep -c ' keepalived$')"
