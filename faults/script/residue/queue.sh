# Queues of interfaces. Their handle is ours; whose of our faults it is says the
# fault's directory, which knows the interface.
if command -v tc >/dev/null 2>&1; then
	tc qdisc show 2>/dev/null | while read -r word kind handle dev link rest; do
		case "$kind $handle $dev $rest" in
		'htb e515: dev root '*)
			id=none
			for known in /run/eris/*/queue.link; do
				if [ "$(cat "$known" 2>/dev/null)" = "$link" ]; then
					id=${known%/queue.link}
					id=${id##*/}
				fi
			done
			here "eris-$id" "queue e515: of $link" "tc qdisc del dev $(quote "$link") root handle e515:"
			;;
		esac
	done
fi
