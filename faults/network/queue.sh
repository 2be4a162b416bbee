# The fault's queue: a qdisc of htb at the root of LINK, whose handle and default
# no other has: the default is the first word of the fault's id. Below it a class
# and in that the qdisc that strikes. Nothing else of a device is ours.
root=e515: leaf=e516:

# mark ID: the default, as tc prints it.
mark() {
	word=$(echo "${1%%-*}" | sed 's/^0*//')
	echo "${word:-0}"
}

# class ID: of the class, any but the default.
class() {
	case ${1%%-*} in
	*0001) echo 2 ;;
	*) echo 1 ;;
	esac
}

# ours LINK ID: the root is the one that this fault has made.
ours() {
	tc qdisc show dev "$1" 2>/dev/null | grep -q "^qdisc htb $root .*root .* default 0*x*$(mark "$2") "
}

# commands LINK ID FILTERS WORDS: what tc is told, a line each. What goes to the
# controller is let through first, and with it the neighbour discovery by which
# it is reached.
commands() {
	echo "qdisc add dev $1 root handle $root htb default $(mark "$2") direct_qlen 10000"
	echo "class add dev $1 parent $root classid $root$(class "$2") htb rate 34gbit burst 64k cburst 64k quantum 60000"
	echo "qdisc add dev $1 parent $root$(class "$2") handle $leaf $4"
	case $ERIS_CONTROLLER in
	*:*) echo "filter add dev $1 parent $root protocol ipv6 prio 1 u32 match ip6 dst $ERIS_CONTROLLER/128 flowid ${root}0" ;;
	*) echo "filter add dev $1 parent $root protocol ip prio 1 u32 match ip dst $ERIS_CONTROLLER/32 flowid ${root}0" ;;
	esac
	for kinds in '0x84 0xfc' '0x88 0xfe'; do
		echo "filter add dev $1 parent $root protocol ipv6 prio 2 u32 match ip6 protocol 58 0xff match u8 $kinds at 40 flowid ${root}0"
	done
	echo "$3" | tr ';' '\n' | while read -r words; do
		echo "filter add dev $1 parent $root $words flowid $root$(class "$2")"
	done
}

# counted LINK: bytes and packets that have left the qdisc that strikes, those
# dropped, how often it held back, and how many it has put first.
counted() {
	tc -s qdisc show dev "$1" 2>/dev/null | tr -d '(,)' | (
		own=no
		while read -r word first rest; do
			case "$word $rest" in
			"qdisc $leaf "*) own=yes ;;
			'qdisc '*) own=no ;;
			'Sent '*)
				if [ "$own" = yes ]; then
					set -- $rest
					echo "$first $2 $5 $7 $9"
				fi
				;;
			esac
		done
	)
}

# asked LINK: what the kernel says of the qdisc that strikes.
asked() {
	tc qdisc show dev "$1" 2>/dev/null | tr -s ' ' | sed -n -e "s/ *\$//" -e "s/^qdisc [a-z]* $leaf parent [^ ]* //p"
}

# by LINK ATTEMPT...: those that are reached by it.
by() {
	via=$1
	shift
	for attempt in "$@"; do
		to=${attempt%:*}
		to=${to#[}
		if ip -o route get "${to%]}" 2>/dev/null | grep -q " dev $via "; then
			echo "$attempt"
		fi
	done
}

# passed LINK: how many packets have left the qdisc that strikes.
passed() {
	counted "$1" | cut -d ' ' -f 2 | grep . || echo 0
}

# knock SECONDS ATTEMPT: says how many milliseconds it took to have an answer, a
# refusal too.
knock() {
	from=$(date +%s%N)
	to=${2%:*}
	to=${to#[}
	timeout "$1" nc -z "${to%]}" "${2##*:}" >/dev/null 2>&1
	if [ $? != 124 ]; then
		echo "$2 $((($(date +%s%N) - from) / 1000000))"
	fi
}

# knocks SECONDS TIMES LINK ATTEMPT...: knocks at all that are reached by the
# link at once, some times each.
knocks() {
	patience=$1 times=$2
	shift 2
	for attempt in $(by "$@"); do
		for again in $(seq "$times"); do
			knock "$patience" "$attempt" &
		done
	done
	wait
}

