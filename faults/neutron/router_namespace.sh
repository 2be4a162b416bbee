# router_namespace.sh ID ROUTER UNIT: what the steps share.
unit=$3
again=60 # seconds that an agent has to build what it does not find

uptime_s() {
	read -r uptime idle </proc/uptime
	echo "${uptime%.*}"
}

# kind PID NAME: what a process does for the router, nothing where it is not known.
kind() {
	case $2 in
	keepalived | conntrackd | haproxy | radvd) echo "$2" ;;
	*)
		if tr '\000' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q 'neutron-keepalived-state-change '; then
			echo watcher
		fi
		;;
	esac
}

# number is that of the namespace: net:[4026532001].
number() {
	for pid in $(ip netns pids "$space"); do
		readlink "/proc/$pid/ns/net" && return
	done
	return 1
}

# inside NUMBER: the processes in that namespace, whether it has a name or not. (The
# links lead nowhere, and where the last word has no pattern a shell may look there.)
inside() {
	stat -c %N /proc/[0-9]*/ns/n[e]t 2>/dev/null | grep -F " -> '$1'" | cut -d / -f 3
}

# printed is what of the router has to be there again: all of its interfaces, up;
# the addresses that the node has itself; and what runs on each node, whoever leads.
printed() {
	echo "Router=$router"
	echo "Unit=$(systemctl show "$unit" -p ActiveState --value)"
	if ! there; then
		echo "Namespace=gone"
		return
	fi
	echo "Configuration=$(kept)"
	shown=$(ip -n "$space" -o link show) || return 1
	echo "$shown" | grep -v ' lo: ' | sed -e 's/^[0-9]*: \([^@:]*\)[@:].*[<,]UP[,>].*/Link=\1 up/' -e 's/^[0-9]*: \([^@:]*\)[@:].*/Link=\1 down/' | sort
	link=$(echo "$shown" | sed -n 's/^[0-9]*: \(ha-[^@:]*\)[@:].*/\1/p' | head -n 1)
	if [ -n "$link" ]; then
		own "$link" | sed 's/^/Address=/'
	fi
	running=$(names | while read -r pid name; do kind "$pid" "$name"; done)
	for each in keepalived watcher conntrackd; do
		echo "$each=$(echo "$running" | grep -c -x "$each")"
	done
}
