# A node, whose link is n0, and in a network of their own all others: the peers
# and, at 198.18.0.99, the controller. Every kind's steps, a line of it as an
# argument in args, are in /steps/KIND.
set -u
. /step.sh
ip netns add far
ip link add n0 address 02:00:00:00:00:11 type veth peer name p0 netns far
ip address add 198.18.0.11/24 dev n0
ip link set n0 up
ip -n far link set lo up
for address in 198.18.0.12 198.18.0.13 198.18.0.21 198.18.0.99; do
	ip -n far address add "$address/24" dev p0
done
ip -n far link set p0 up
export ERIS_CONTROLLER=198.18.0.99

pings() { # KIND WHEN WHOM ADDRESS
	ping -n -c 60 -i 0.02 -W 2 "$4" | sed -n -e "s/^.* icmp_seq=\([0-9]*\) .* time=\([0-9.]*\) ms\(.*\)/$1 $2 $3 \1 \2\3/p" |
		sed 's/ (DUP!)//'
}
result() { # KIND STEP
	if said=$(step "$1" "$2"); then
		echo "$1 $2 ok $(echo "$said" | tr '\n' ' ')"
	else
		echo "$1 $2 failed $(echo "$said" | tr '\n' ' ')"
		return 1
	fi
}

ping -n -c 1 -W 5 198.18.0.12 >/dev/null
ping -n -c 1 -W 5 198.18.0.99 >/dev/null
for kind in $(ls /steps); do
	mkdir -p "/run/eris/$kind"
	cd "/run/eris/$kind" || exit 1
	step "$kind" fingerprint >/tmp/before
	for name in preflight prepare inject; do
		result "$kind" "$name"
	done
	for try in 1 2 3 4 5 6 7 8 9; do
		step "$kind" observe >/dev/null && break
	done
	result "$kind" observe
	step "$kind" fingerprint >/tmp/during
	pings "$kind" held peer 198.18.0.12
	pings "$kind" held controller 198.18.0.99
	result "$kind" undo
	result "$kind" undo
	step "$kind" observe >/dev/null && echo "$kind observed after its undo"
	step "$kind" fingerprint >/tmp/after
	pings "$kind" after peer 198.18.0.12
	cmp -s /tmp/before /tmp/during && echo "$kind fingerprint does not see it"
	cmp /tmp/before /tmp/after || cat /tmp/before /tmp/after
done
