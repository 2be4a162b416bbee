# router_namespace_preflight.sh: is this an HA router in order, is nobody else in
# its namespace, and would its agent build it again without harm to others?
chosen || exit 1
if ! there; then
	echo "this node has no router $router: there is no namespace $space"
	exit 1
fi
if ! all=$(links); then
	echo "the namespace $space does not tell its interfaces"
	exit 1
fi
wrong=0
if ! echo "$all" | grep -q '^ha-'; then
	echo "router $router has no interface ha-… in $space: it is no HA router, or a distributed one, and nobody would take over"
	wrong=1
fi
state=$(systemctl show "$unit" -p ActiveState --value)
if [ "$state" != active ]; then
	echo "$unit is ${state:-not known}, and who is to build the router again has to run"
	wrong=1
fi
running=$(names)
if ! echo "$running" | grep -q ' keepalived$'; then
	echo "no keepalived runs in $space, so that nobody takes over"
	wrong=1
fi
strangers=$(strange)
if [ -n "$strangers" ]; then
	echo "in $space is what the agent has not started: $(echo "$strangers" | tr '\n' ' ')"
	wrong=1
fi
if ! is=$(number) || [ -z "$(inside "$is")" ]; then
	echo "the processes in $space do not tell their namespace"
	wrong=1
fi
harm=$(harmed)
if [ -n "$harm" ]; then
	echo "$harm"
	wrong=1
fi
exit $wrong
