# down_preflight.sh ID NAME PREFIX: is there such a link, is it not the one by
# which Eris comes, and can all that goes with it be put back?
chosen "$2" "$3" || exit 1
wrong=0
apart "$link" || wrong=1
for upper in "/sys/class/net/$link"/upper_*; do
	if [ -e "$upper" ] && [ "$(readlink "$upper")" != "$(readlink "/sys/class/net/$link/master")" ]; then
		echo "${upper##*/upper_} stands on $link, and its addresses would go with it"
		wrong=1
	fi
done
for family in 4 6; do
	# With a device asked for, ip leaves those with several next hops out.
	if ip -o "-$family" route show table all | grep -F " dev $link " | grep -q -e nexthop -e ' nhid '; then
		echo "$link has routes by next hops, which cannot be put back"
		wrong=1
	fi
done
if [ -n "$(ip neigh show dev "$link" nud permanent)" ]; then
	echo "$link has permanent neighbours, which go with it and cannot be put back"
	wrong=1
fi
exit $wrong
