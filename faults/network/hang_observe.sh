# hang_observe.sh ID NAME IN OUT OTHERS ATTEMPTS WHAT: each of ATTEMPTS is connected,
# is told something and does not answer, and the rules have counted what was
# lost of it. A port that refuses, or that nobody is connected to, does not hang.
table=eris-$1 what=$7
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
if ! lost=$(packets); then
	exit 1
fi
set -- $6
for attempt in "$@"; do
	address=${attempt%:*}
	address=${address#[}
	address=${address%]}
	timeout 2 nc -z "$address" "${attempt##*:}" >/dev/null 2>&1
	case $? in
	0) ;;
	124) exit 75 ;;
	*) exit 1 ;;
	esac
	before=$lost
	for patience in 0.3 1 3; do # on a busy node it takes a while until anything is sent
		if [ -n "$(printf '\r\n\r\n' | timeout "$patience" nc "$address" "${attempt##*:}" 2>/dev/null | head -n 1)" ]; then
			exit 1
		fi
		if ! lost=$(packets); then
			exit 1
		fi
		if [ "$lost" -gt "$before" ]; then
			break
		fi
	done
	if [ "$lost" -le "$before" ]; then # silence, and not by the rules as far as is seen
		exit 75
	fi
done
echo "hangs: $what: $# of $# attempts were connected and had no answer, $lost packets dropped"
