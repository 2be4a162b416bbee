# router.sh ID ROUTER ...: what the steps share. ROUTER is - for the only one that
# the node has. Once the fault is armed it is the one of the fingerprint before.
asked=$2
newline='
'

# was KEY: the values that the fingerprint before had, once it is all there.
was() {
	if [ -e ttl-until ]; then
		sed -n "s/^$1=//p" before
	fi
}

# chosen sets router and space, or says why there is none.
chosen() {
	router=$(was Router)
	if [ -z "$router" ] && [ "$asked" != - ]; then
		router=$asked
	fi
	if [ -z "$router" ]; then
		for each in /run/netns/qrouter-*; do
			if [ -e "$each" ]; then
				router="$router ${each#/run/netns/qrouter-}"
			fi
		done
		router=${router# }
	fi
	space=qrouter-$router
	case $router in
	'')
		echo "this node has no router: there is no namespace qrouter-… of an L3 agent"
		return 1
		;;
	*' '*)
		echo "this node has several routers, so that one has to be named (router): $router"
		return 1
		;;
	esac
}

# there tells whether the router has its namespace here.
there() {
	[ -e "/run/netns/$space" ]
}

# names are the processes in the namespace, a line each: PID NAME.
names() {
	ip netns pids "$space" | while read -r pid; do
		{ read -r name <"/proc/$pid/comm"; } 2>/dev/null && echo "$pid $name"
	done
}

# links are those of the namespace, a line each.
links() {
	shown=$(ip -n "$space" -o link show) || return 1
	echo "$shown" | cut -d ' ' -f 2 | cut -d @ -f 1 | tr -d :
}

# own LINK: the addresses that the node has there itself. What keepalived gives to
# the one that leads is a network of 24 bits (neutron/agent/linux/keepalived.py).
own() {
	shown=$(ip -n "$space" -o address show dev "$1") || return 1
	echo "$shown" | grep -v ' inet 169\.254\.[0-9.]*/24 ' |
		sed -e 's/^[0-9]*: *[^ ]* *//' -e 's/ *\\.*//' -e 's/ tentative//' -e 's/\(scope [a-z]*\).*/\1/' | sort
}

# led LINK: how many addresses keepalived has given to the namespace: all of IPv4
# but lo's and those that the node has on LINK itself. Without an answer it fails.
led() {
	mine=$(own "$1") || return 1
	shown=$(ip -n "$space" -o -4 address show) || return 1
	every=$(echo "$shown" | grep . | grep -c -v '^[0-9]*: lo ')
	echo $((every - $(echo "$mine" | grep -c '^inet ')))
}

# kept is the agent's directory of the router, as keepalived's command line has it,
# where this node has it; - where it has not: an agent in a container keeps its own.
kept() {
	if [ -e ttl-until ]; then
		was Configuration
		return
	fi
	for pid in $(names | sed -n 's/ keepalived$//p'); do
		folder=$(tr '\000' '\n' <"/proc/$pid/cmdline" | sed -n 's/\/keepalived.conf$//p' | head -n 1)
		if [ -n "$folder" ] && [ -d "$folder" ]; then
			echo "$folder"
			return
		fi
	done
	echo -
}

# removed tells whether the router that the fault is about was taken away by its
# agent: what that kept of it is gone with the namespace.
removed() {
	folder=$(was Configuration)
	if there; then
		return 1
	fi
	[ -n "$folder" ] && [ "$folder" != - ] && [ -d "${folder%/*}" ] && [ ! -e "$folder" ]
}
