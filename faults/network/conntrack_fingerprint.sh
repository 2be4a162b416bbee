# conntrack_fingerprint.sh: the units that fill the table, and how many entries of any such
# fault it has. Where the kernel has nothing to lay them with it has none.
if ! units=$(systemctl list-units --all --plain --no-legend 'eris-*-conntrack.service'); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort)
echo "Conntrack=${units:-none}"
entries=0
if [ -e $kept/nf_conntrack_count ] && { [ -e /sys/module/nf_conntrack_netlink ] || grep -q -w ctnetlink_new_conntrack /proc/kallsyms; }; then
	entries=$(table count) || exit 1
fi
echo "Entries=$entries"
