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
# It fails where no process at all tells its namespace.
inside() {
	told=$(stat -c %N /proc/[0-9]*/ns/n[e]t 2>/dev/null | grep -F " -> 'net:[")
	if [ -z "$told" ]; then
		return 1
	fi
	echo "$told" | grep -F " -> '$1'" | cut -d / -f 3
}

# elsewhere NUMBER: the other name by which a namespace of that number goes. The
# kernel gives the number of one that is gone to the next one.
elsewhere() {
	inode=${1#net:?} inode=${inode%?}
	for each in /run/netns/*; do
		if [ ! -e "$each" ] || [ "$each" = "/run/netns/$space" ]; then
			continue
		fi
		its=$(stat -c %i "$each" 2>/dev/null) || [ ! -e "$each" ] || return 1
		if [ "$its" = "$inode" ]; then
			echo "${each##*/}"
		fi
	done
}

# ours NUMBER: the processes in that namespace that are the router's: those that
# inject has seen there (a line PID START of the file seen), and those that carry the
# router's id. None, where another namespace has the number by now.
ours() {
	pids=$(inside "$1") || return 1
	taken=$(elsewhere "$1") || return 1
	if [ -n "$taken" ]; then
		return
	fi
	for pid in $pids; do
		if grep -q -s -x -F "$pid $(born "$pid")" seen ||
			{ tr '\000' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q -F "$router"; then
			echo "$pid"
		fi
	done
}

# strange are the processes in the namespace that the agent has not started.
strange() {
	ip netns pids "$space" >/dev/null || return 1
	names | while read -r pid name; do
		if [ -n "$pid" ] && [ -z "$(kind "$pid" "$name")" ]; then
			echo "$name ($pid)"
		fi
	done
}

# harmed says which other routers would lose their processes by a restart of the
# agent, a line each; nothing where none would.
harmed() {
	mode=$(systemctl show "$unit" -p KillMode --value)
	case $mode in
	process | none) return ;;
	esac
	for each in /run/netns/qrouter-* /run/netns/snat-* /run/netns/fip-*; do
		if [ -e "$each" ] && [ "$each" != "/run/netns/$space" ]; then
			echo "a restart of $unit, which the undo is, ends the processes of the node's other routers too (KillMode=$mode): ${each##*/}"
		fi
	done
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
		mine=$(own "$link") || return 1
		echo "$mine" | sed -n 's/^./Address=&/p'
	fi
	running=$(names | while read -r pid name; do kind "$pid" "$name"; done)
	for each in keepalived watcher conntrackd; do
		echo "$each=$(echo "$running" | grep -c -x "$each")"
	done
}
