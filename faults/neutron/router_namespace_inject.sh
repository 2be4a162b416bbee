# router_namespace_inject.sh: ends all that is in the namespace, and then takes its
# name, by which nobody can begin anything there any more. Whoever did in between
# is ended too, where it is of the router: a namespace goes with its last process
# and its name. What preflight saw may be otherwise by now, and is looked at again.
set -eu
chosen
if [ ! -e number ]; then
	number >number.new
	if ! pids=$(inside "$(cat number.new)") || [ -z "$pids" ]; then
		echo "the processes in $space do not tell their namespace" >&2
		exit 1
	fi
	for pid in $pids; do
		echo "$pid $(born "$pid")"
	done >seen
	if ! {
		links | grep -c -v -x lo
		led "$(links | grep '^ha-')"
	} >had; then
		echo "the namespace $space does not tell its addresses" >&2
		exit 1
	fi
	mv number.new number
fi
if there; then
	if ! strangers=$(strange); then
		echo "the namespace $space does not tell its processes" >&2
		exit 1
	fi
	if [ -n "$strangers" ]; then
		echo "in $space is what the agent has not started: $(echo "$strangers" | tr '\n' ' ')" >&2
		exit 1
	fi
fi
harm=$(harmed)
if [ -n "$harm" ]; then
	echo "$harm" >&2
	exit 1
fi
space_is=$(cat number)
for try in 1 2 3 4 5; do
	if ! found=$(ours "$space_is"); then
		echo "the processes of the node do not tell their namespaces" >&2
		exit 1
	fi
	if [ -n "$found" ]; then
		kill -s KILL $found 2>/dev/null || true
	fi
	if there; then
		ip netns delete "$space" 2>/dev/null || true
	fi
	sleep 0.1
	if ! there && found=$(ours "$space_is") && [ -z "$found" ]; then
		exit 0
	fi
done
echo "the namespace $space is still there, or a process is in it" >&2
exit 1
