# NAME NETNS DEVICES DOORS REACHED, behind the id: what every step of network.switch is given.
switch=$2 netns=$3 devices=$4 doors=$5 reached=$6

inside() { # inside ARGS...: ip, in the namespace of the switch
	if [ -n "$netns" ]; then
		ip -n "$netns" "$@"
	else
		ip "$@"
	fi
}

is_up() { # is_up DEVICE: 1 where it is down, 3 where there is none, 2 where ip does not say
	shown=$(inside -o link show dev "$1" 2>&1)
	case $?-$shown in
	0-*[\<,]UP[,\>]*) return 0 ;;
	0-*"<"*) return 1 ;;
	*"does not exist"* | *"can't find device"*) return 3 ;;
	esac
	return 2
}

lit() { # lit PART: it has a carrier
	case $(inside -o link show dev "$1" 2>/dev/null) in
	*" state UP "*) return 0 ;;
	esac
	return 1
}

# given DEVICE lists the addresses that somebody has given it, a line each: those that
# the kernel does not make anew when it is up again. What it makes is called so, or by
# an older ip has the form that it makes of a MAC, which a bridge changes with its ports.
given() {
	inside -o address show dev "$1" 2>/dev/null | grep ' inet' | grep -v ' proto kernel_ll' | sed 's/.* inet6* \([^ ]*\).*/\1/' |
		grep -v -x -E 'fe80::([0-9a-f]+:)?[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]+/64'
}

# parts lists the interfaces of the switch, a line each: those that the inventory
# names, and the ports of those that are bridges.
parts() {
	for device in $devices; do
		echo "$device"
		inside -o link show master "$device" 2>/dev/null | sed 's/^[0-9]*: *\([^:@]*\)[:@].*/\1/'
	done | sort -u
}

# knock says which of the doors of the nodes behind the switch are open, or refuse,
# which is an answer too, a line each.
# All are asked at once.
knock() {
	for door in $doors; do
		host=${door%:*}
		host=${host#[}
		(
			if [ -n "$netns" ]; then
				said=$(timeout 1 ip netns exec "$netns" nc -z -v "${host%]}" "${door##*:}" 2>&1)
			else
				said=$(timeout 1 nc -z -v "${host%]}" "${door##*:}" 2>&1)
			fi
			case $?-$said in
			0-* | *refused*) echo "$door" ;;
			esac
		) &
	done
	wait
}
