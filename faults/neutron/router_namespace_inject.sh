# router_namespace_inject.sh: ends all that is in the namespace, and then takes its
# name, by which nobody can begin anything there any more. Whoever did in between
# is ended too: a namespace goes with its last process and its name.
set -eu
chosen
if [ ! -e number ]; then
	number >number.new
	if [ -z "$(inside "$(cat number.new)")" ]; then
		echo "the processes in $space do not tell their namespace" >&2
		exit 1
	fi
	{
		links | grep -c -v -x lo
		led "$(links | grep '^ha-')"
	} >had || true
	mv number.new number
fi
space_is=$(cat number)
for try in 1 2 3 4 5; do
	pids=$(inside "$space_is")
	if [ -n "$pids" ]; then
		kill -s KILL $pids 2>/dev/null || true
	fi
	if there; then
		ip netns delete "$space" 2>/dev/null || true
	fi
	sleep 0.1
	if ! there && [ -z "$(inside "$space_is")" ]; then
		exit 0
	fi
done
echo "the namespace $space is still there, or a process is in it" >&2
exit 1
