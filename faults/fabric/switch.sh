# NAME NETNS DEVICES DOORS REACHED, behind the id: what every step of network.switch is given.
switch=$2 netns=$3 devices=$4 doors=$5 reached=$6

inside() { # inside ARGS...: ip, in the namespace of the switch
	if [ -n "$netns" ]; then
		ip -n "$netns" "$@"
	else
		ip "$@"
	fi
}

is_up() { # is_up DEVICE
	inside -o link show dev "$1" 2>/dev/null | grep -q '[<,]UP[,>]'
}

# parts lists the interfaces of the switch, a line each: those that the inventory
# names, and the ports of those that are bridges.
parts() {
	for device in $devices; do
		echo "$device"
		inside -o link show master "$device" 2>/dev/null | sed 's/^[0-9]*: *\([^:@]*\)[:@].*/\1/'
	done | sort -u
}

# knock says which of the doors of the nodes behind the switch are open, a line each.
# All are asked at once.
knock() {
	for door in $doors; do
		host=${door%:*}
		host=${host#[}
		(
			if [ -n "$netns" ]; then
				timeout 1 ip netns exec "$netns" nc -z "${host%]}" "${door##*:}" >/dev/null 2>&1 && echo "$door"
			else
				timeout 1 nc -z "${host%]}" "${door##*:}" >/dev/null 2>&1 && echo "$door"
			fi
		) &
	done
	wait
}
