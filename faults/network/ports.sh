# ports.sh ID LEAVE PROTOCOLS NODE: what the steps of network.ports share.
id=$1 leave=$2 protocols=$3 node=$4
unit=eris-$id-ports.service

usable() { # how many ports the kernel gives to who connects
	range=$(cat /proc/sys/net/ipv4/ip_local_port_range) || return 1 # of such a file read would have one byte
	first=${range%%[!0-9]*}
	last=${range##*[!0-9]}
	ports=$((last - first + 1))
	for part in $(tr ',' ' ' </proc/sys/net/ipv4/ip_local_reserved_ports); do
		low=${part%-*}
		high=${part#*-}
		if [ "$low" -lt "$first" ]; then
			low=$first
		fi
		if [ "$high" -gt "$last" ]; then
			high=$last
		fi
		if [ "$low" -le "$high" ]; then
			ports=$((ports - (high - low + 1)))
		fi
	done
	echo "$ports"
}

sockets() { # how many sockets that are, of all the protocols
	set -- $protocols
	echo $(($(usable) * $#))
}

memory() { # MiB that they cost at most: 4 KiB each were seen
	echo $(($(sockets) * 6 / 1024 + 64))
}
