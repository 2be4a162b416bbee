# dns_reject_observe.sh ID NAME IN OUT OTHERS ATTEMPTS WHAT: every resolver is
# tried, refuses at once, and the rules have counted it.
rejected() { # queries, so far
	if ! listed=$(nft list table inet "eris-$1" 2>/dev/null); then
		exit 1
	fi
	sum=0
	for count in $(echo "$listed" | sed -n 's/.* counter packets \([0-9]*\) .* reject.*/\1/p'); do
		sum=$((sum + count))
	done
	echo "$sum"
}
before=$(rejected "$1") || exit 1
id=$1 what=$7
set -- $(resolvers "$6")
for attempt in "$@"; do
	address=${attempt%:*}
	address=${address#[}
	timeout 0.5 nc -z "${address%]}" 53 >/dev/null 2>&1
	if [ $? != 1 ]; then
		exit 1
	fi
done
after=$(rejected "$id") || exit 1
if [ $((after - before)) -lt $# ]; then
	exit 1
fi
echo "cut off: $what: $# of $# attempts refused, $after queries rejected"
