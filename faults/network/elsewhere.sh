# elsewhere NODE: Eris is not on this node, whose own connections are struck, and what is struck
# is the network of the node itself; says why not.
elsewhere() {
	self=$1
	own_way '' || return 1
	if [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/1/ns/net)" ]; then
		echo "this login is in a network namespace of its own, and what it would strike is not the node's"
		return 1
	fi
	came=$(echo "$ERIS_SSH_CONNECTION" | cut -d ' ' -f 1)
	client=$(echo "$ERIS_SSH_CONNECTION" | cut -d ' ' -f 2)
	server=$(echo "$ERIS_SSH_CONNECTION" | cut -d ' ' -f 3)
	sshd=$(echo "$ERIS_SSH_CONNECTION" | cut -d ' ' -f 4)
	case "$client $sshd" in
	*[!0-9\ ]* | ' '* | *' ')
		echo "ssh does not say which connection it came by"
		return 1
		;;
	esac
	near=$came
	far=$server
	case $came in
	*:*)
		near="[$came]"
		far="[$server]"
		;;
	esac
	if [ -n "$(ss -Htn state established "( src $near:$client and dst $far:$sshd )")" ]; then
		echo "eris comes from $self itself: its own connections to all others would be struck"
		return 1
	fi
}
