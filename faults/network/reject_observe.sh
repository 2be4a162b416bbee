# reject_observe.sh ID NAME IN OUT OTHERS ATTEMPTS WHAT: each of ATTEMPTS is refused
# at once, and the rules have counted it. Without any the packets of peers are
# waited for.
rejected() { # packets, so far
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
set -- $6
if [ $# = 0 ]; then
	if [ "$before" = 0 ]; then
		exit 1
	fi
	echo "cut off: $what: $before packets rejected"
	exit 0
fi
for attempt in "$@"; do
	address=${attempt%:*}
	address=${address#[}
	timeout 0.5 nc -z "${address%]}" "${attempt##*:}" >/dev/null 2>&1
	case $? in
	1) ;;
	124) exit 75 ;; # no answer at all
	*) exit 1 ;;
	esac
done
after=$(rejected "$id") || exit 1
if [ $((after - before)) -lt $# ]; then
	exit 75 # who refused was another
fi
echo "cut off: $what: $# of $# attempts refused, $after packets rejected"
