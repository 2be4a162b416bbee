# ha NAME: the interface by which keepalived speaks with those of other nodes.
ha() {
	links | grep '^ha-'
}

up() { # up LINK
	ip -n "$space" -o link show dev "$1" 2>/dev/null | grep -q '[<,]UP[,>]'
}
