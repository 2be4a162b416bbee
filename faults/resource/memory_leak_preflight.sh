# memory_leak_preflight.sh: has the service a limit to grow to, and would the kernel
# end the leak before it ends the service?
places
for pid in $(members); do
	if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sshd ]; then
		echo "$service is an sshd, through which Eris comes"
		exit 1
	fi
done
wanted >/dev/null || {
	wanted
	exit 1
}
if [ -n "$(kernel "$leaf" memory cgroup.subtree_control none)" ]; then
	echo "$service has control groups of its own below its own, and no process may be put beside them"
	exit 1
fi
high=$(kernel "$home" memory memory.high none)
case ${high:-max} in
*[!0-9]*) ;;
*)
	if [ "$high" -le $((limit / 100 * use)) ]; then
		echo "$service is slowed from $((high / 1048576)) MiB on (MemoryHigh), which is not more than $use % of its limit"
		exit 1
	fi
	;;
esac
group=$leaf
set -- $(controller memory)
while [ -n "$group" ]; do
	if [ "$(cat "$2$group/memory.oom.group" 2>/dev/null)" = 1 ]; then
		echo "where memory is short the kernel would end all of $group at once (memory.oom.group), and not the leak first"
		exit 1
	fi
	group=${group%/*}
done
