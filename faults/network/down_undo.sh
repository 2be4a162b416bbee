# down_undo.sh ...: brings the link up and puts back what is missing of it. What
# is there in its place stays. After a reboot the node's own configuration has
# made all of it, and to add to that would be in its way.
if [ ! -s down.link ]; then
	exit 0
fi
read -r booted </proc/sys/kernel/random/boot_id
if [ "$booted" != "$(cat boot 2>/dev/null)" ]; then
	exit 0
fi
read -r link <down.link
ip link set dev "$link" up || exit 1
there=$(ip -o address show dev "$link")
while read -r address rest; do
	if ! echo "$there" | grep -q -F " $address "; then
		ip address add "$address" $rest dev "$link" || echo "address $address"
	fi
done <down.addresses >down.missing 2>&1
for family in 4 6; do
	for pass in links gateways; do # a gateway is reached by a route of its own
		there=$(routes "$family" "$link")
		while read -r route; do
			same=$(echo "$route" | sed -e 's/ expires [0-9]*//' -e 's/ *$//')
			if ! has "$there" "$same"; then
				ip "-$family" route add $route dev "$link" || [ "$pass" = links ] || echo "route $same"
			fi
		done <"down.routes$family"
	done
done >>down.missing 2>/dev/null
if [ -s down.missing ]; then
	echo "not put back on $link: $(tr '\n' ' ' <down.missing)"
	exit 1
fi
