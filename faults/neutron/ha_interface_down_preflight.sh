# ha_interface_down_preflight.sh: is there such a router, is it one that others
# take over, and is nothing lost with its interface that the kernel does not bring
# back?
chosen || exit 1
if ! there; then
	echo "this node has no router $router: there is no namespace $space"
	exit 1
fi
if ! all=$(links); then
	echo "the namespace $space does not tell its interfaces"
	exit 1
fi
link=$(echo "$all" | grep '^ha-')
case $link in
'')
	echo "router $router has no interface ha-… in $space: it is no HA router, or a distributed one"
	exit 1
	;;
*"$newline"*)
	echo "router $router has several interfaces ha-…: $(echo "$link" | tr '\n' ' ')"
	exit 1
	;;
esac
wrong=0
if ! is=$(state "$link"); then
	echo "the namespace $space does not tell the state of $link"
	wrong=1
elif [ "$is" = down ]; then
	echo "$link of router $router is down already"
	wrong=1
fi
if ! names | grep -q ' keepalived$'; then
	echo "no keepalived runs in $space, so that nobody takes over by $link"
	wrong=1
fi
if [ -z "$(own "$link")" ]; then
	echo "$link has no address of its own that can be told from those of keepalived"
	wrong=1
fi
for family in 4 6; do
	if ! routes=$(ip -n "$space" -o "-$family" route show table all dev "$link"); then
		echo "the namespace $space does not tell its routes"
		wrong=1
	fi
	if echo "$routes" | grep . | grep -q -v ' proto kernel '; then
		echo "$link has routes that the kernel does not make again: $(echo "$routes" | grep -v ' proto kernel ' | head -n 1)"
		wrong=1
	fi
done
if [ -n "$(ip -n "$space" neigh show dev "$link" nud permanent)" ]; then
	echo "$link has permanent neighbours, which go with it and cannot be put back"
	wrong=1
fi
exit $wrong
