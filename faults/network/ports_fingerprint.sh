# ports_fingerprint.sh: the units that hold ports, and which ports there are. A port is
# free again with the unit that held it.
if ! units=$(systemctl list-units --all --plain --no-legend 'eris-*-ports.service'); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort)
echo "Ports=${units:-none}"
echo "Range=$(cat /proc/sys/net/ipv4/ip_local_port_range)"
echo "Reserved=$(cat /proc/sys/net/ipv4/ip_local_reserved_ports)"
