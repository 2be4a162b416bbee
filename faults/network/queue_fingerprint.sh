# queue_fingerprint.sh ID NAME PREFIX ...: the queues of the link, without what
# counts or belongs to the kernel alone.
if [ -s queue.link ]; then
	read -r link <queue.link
else
	link=$(named "$2" "$3")
fi
echo "Link=${link:-none}"
if [ -z "$link" ] || ! shown=$(ip -o link show dev "$link" 2>/dev/null); then
	exit 0
fi
echo "Length=$(echo "$shown" | sed -n 's/.* qlen \([0-9]*\).*/\1/p')"
tc qdisc show dev "$link" | sed -e 's/ refcnt [0-9]*//' -e 's/ direct_packets_stat [0-9]*//' -e 's/ *$//' -e 's/^qdisc /Queue=/'
