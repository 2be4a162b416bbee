# at_home: are all of the service's processes in the node's own network? False, with
# the reason, where not, or nobody knows.
at_home() {
	home=$(readlink /proc/1/ns/net)
	if [ -z "$home" ]; then
		echo "nobody knows which network this node's own processes are in: /proc/1/ns/net does not say"
		return 1
	fi
	for pid in $(service_processes); do
		network=$(readlink "/proc/$pid/ns/net") || continue # it has ended
		if [ "$network" != "$home" ]; then
			echo "$service has a network namespace of its own (PrivateNetwork, NetworkNamespacePath, a container's): no rule at the node's own hooks strikes what it says"
			return 1
		fi
	done
}
