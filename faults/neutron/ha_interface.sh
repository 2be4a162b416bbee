# ha NAME: the interface by which keepalived speaks with those of other nodes.
ha() {
	links | grep '^ha-'
}

state() { # state LINK: up or down; fails without an answer
	shown=$(ip -n "$space" -o link show dev "$1" 2>/dev/null) || return 1
	case $shown in
	*[\<,]UP[,\>]*) echo up ;;
	*) echo down ;;
	esac
}
