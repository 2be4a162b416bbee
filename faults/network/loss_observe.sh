# loss_observe.sh ID NAME IN OUT OTHERS ATTEMPTS WHAT SHARE: the rules have lost
# about that share of what they have counted. Where too little was said to tell,
# this node says something to each of ATTEMPTS, several times at once.
table=eris-$1 what=$7 share=$8
count() { # sets all and lost, packets so far
	if ! listed=$(nft list table inet "$table" 2>/dev/null); then
		exit 1
	fi
	all=0 lost=0
	for packets in $(echo "$listed" | sed -n 's/.* counter packets \([0-9]*\) bytes [0-9]*$/\1/p'); do
		all=$((all + packets))
	done
	for packets in $(echo "$listed" | sed -n 's/.* numgen .* counter packets \([0-9]*\) .* drop$/\1/p'); do
		lost=$((lost + packets))
	done
}
likely() { # a share that chance makes of what was asked, five standard deviations at most
	if [ "$lost" = 0 ] || [ "$all" -lt 20 ]; then
		return 1
	fi
	off=$((100 * lost - share * all))
	[ $((off * off)) -le $((25 * share * (100 - share) * all)) ]
}
count
if ! likely; then
	for attempt in $6 $6 $6 $6 $6 $6 $6 $6; do
		address=${attempt%:*}
		address=${address#[}
		(timeout 0.4 nc -z "${address%]}" "${attempt##*:}" >/dev/null 2>&1) &
	done
	wait
	count
fi
if [ "$all" -lt 20 ]; then
	exit 75
fi
if ! likely; then
	exit 1
fi
echo "lossy: $what: $lost of $all packets dropped, $(((100 * lost + all / 2) / all))% (asked for $share%)"
