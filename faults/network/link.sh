# chosen NAME PREFIX: says why none, or not one alone, was named.
chosen() {
	link=$(named "$1" "$2")
	case $link in
	'')
		echo "no interface of this node carries an address in $2"
		return 1
		;;
	lo)
		echo "$2 is on lo, where the node reaches itself"
		return 1
		;;
	*[!a-zA-Z0-9_.-]*)
		echo "several interfaces carry an address in $2: $(echo "$link" | tr '\n' ' ')"
		return 1
		;;
	esac
	if ! shown=$(ip -o link show dev "$link" 2>&1); then
		echo "this node has no interface $link"
		return 1
	fi
	if ! echo "$shown" | grep -q '[<,]UP[,>]'; then
		echo "$link is down already"
		return 1
	fi
}

