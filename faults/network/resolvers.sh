# resolvers ATTEMPTS: those, or else the ports 53 of the node's first three
# resolvers, which are as many as the C library asks.
resolvers() {
	if [ -n "$1" ]; then
		echo "$1"
		return
	fi
	sed -n 's/^nameserver[ 	][ 	]*\([0-9a-fA-F.:]*\)[ 	]*$/\1/p' /etc/resolv.conf 2>/dev/null | head -n 3 | while read -r server; do
		case $server in
		*:*) echo "[$server]:53" ;;
		*) echo "$server:53" ;;
		esac
	done | tr '\n' ' '
}

