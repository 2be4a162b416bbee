# conntrack_preflight.sh: does this node track connections, in a table that can be filled
# and emptied again, and is it known how Eris comes in meanwhile?
elsewhere "$node" || exit 1
python struct 'what fills the table' || exit 1
release=$(uname -r)
if [ "${release%%.*}" -lt 4 ]; then
	echo "the kernel of this node ($release) is older than 4.0, and could not be told which entries to forget"
	exit 1
fi
if ! { most=$(cat $kept/nf_conntrack_max) && have=$(cat $kept/nf_conntrack_count); } 2>/dev/null; then
	echo "nothing tracks connections on this node: it has no $kept/nf_conntrack_max"
	exit 1
fi
module nf_conntrack_netlink ctnetlink_new_conntrack 'way to lay entries (ctnetlink)' || exit 1
wrong=0
if [ "$most" -lt 131072 ] || [ "$most" -gt 1048576 ]; then
	echo "the table of connections has $most entries (nf_conntrack_max): it is filled from 131072, of which half are for eris to come in by, to 1048576"
	exit 1
fi
room=$((most * percent / 100 - have))
if [ "$room" -lt 70000 ]; then
	echo "the table of connections has $have of $most entries taken: there is no room for the 64512 by which eris is to come in"
	wrong=1
fi
free=$(sed -n 's/^MemAvailable: *\([0-9]*\) .*/\1/p' /proc/meminfo)
if [ $((room * 4 / 5)) -gt "${free:-0}" ]; then # 0.4 KiB each, twice
	echo "$room entries take $((room * 2 / 5 / 1024)) MiB, and this node has $((${free:-0} / 1024)) MiB: it wants twice as much"
	wrong=1
fi
if [ -n "$(systemctl list-units --all --plain --no-legend 'eris-*-conntrack.service')" ]; then
	echo "what fills the table for another fault is left here; eris heal removes it"
	wrong=1
fi
if [ "$wrong" = 0 ] && ! table tracks; then
	echo "nothing tracks connections on this node: one over loopback leaves no entry (no rule asks for it, or it is exempted)"
	wrong=1
fi
exit $wrong
