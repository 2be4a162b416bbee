# ports_preflight.sh: can all ports be had, and does it cost the node nothing else?
elsewhere "$node" || exit 1
python resource 'what takes the ports' || exit 1
if ! many=$(usable); then
	echo "nobody knows which ports this node gives to who connects: /proc/sys/net/ipv4/ip_local_port_range does not say"
	exit 1
fi
wrong=0
if [ "$leave" -ge "$many" ]; then
	echo "leave: $leave is no less than the $many ports that this node gives to who connects"
	wrong=1
fi
files=$(cat /proc/sys/fs/file-nr)
have=${files%%[!0-9]*}
most=${files##*[!0-9]}
if [ $(($(sockets) * 2)) -gt $((most - have)) ]; then
	echo "$(sockets) sockets are too many for this node, which has $have files open and may have $most (fs.file-max)"
	wrong=1
fi
free=$(sed -n 's/^MemAvailable: *\([0-9]*\) .*/\1/p' /proc/meminfo)
if [ $(($(memory) * 2048)) -gt "${free:-0}" ]; then
	echo "$(sockets) sockets take up to $(memory) MiB, and this node has $((${free:-0} / 1024)) MiB: it wants twice as much"
	wrong=1
fi
if [ -n "$(systemctl list-units --all --plain --no-legend 'eris-*-ports.service')" ]; then
	echo "what holds ports for another fault is left here; eris heal removes it"
	wrong=1
fi
exit $wrong
