# observe.sh ID NAME IN OUT OTHERS ATTEMPTS WHAT: the rules are there, and have
# dropped packets. ATTEMPTS are addresses that this node tries to reach: none may
# answer, and the rules must have counted at least as many packets meanwhile, the
# attempts' own among them. Without any the packets of peers are waited for. It
# is short, since it is asked again while the fault's lock is held. Where nobody
# answered and too little was counted it cannot tell.
table=eris-$1 attempts=$6 what=$7
packets() { # that the rules have dropped so far
	if ! listed=$(nft list table inet "$table" 2>/dev/null); then
		return 1
	fi
	sum=0
	for count in $(echo "$listed" | sed -n 's/.* counter packets \([0-9]*\) .* drop$/\1/p'); do
		sum=$((sum + count))
	done
	echo "$sum"
}
if ! before=$(packets); then
	exit 1
fi
if [ -z "$attempts" ]; then
	if [ "$before" = 0 ]; then
		exit 1
	fi
	echo "cut off: $what: $before packets dropped"
	exit 0
fi
set -- $attempts
for patience in 0.1 0.6; do
	answered=$(
		for attempt in "$@"; do
			address=${attempt%:*}
			address=${address#[}
			(timeout "$patience" nc -z "${address%]}" "${attempt##*:}" >/dev/null 2>&1 && echo "$attempt") &
		done
		wait
	)
	if [ -n "$answered" ]; then
		exit 1
	fi
	if ! after=$(packets); then
		exit 1
	fi
	if [ $((after - before)) -ge $# ]; then
		echo "cut off: $what: $# of $# attempts without an answer, $after packets dropped"
		exit 0
	fi
done
exit 75
