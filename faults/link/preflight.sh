# preflight.sh: is there what the proxy needs, does the client run as somebody by whom its
# connections are told, and does nobody else run as the same?
python asyncio 'the proxy' || exit 1
wrong=0
if [ -n "$(systemctl list-units --all --plain --no-legend "$own")" ]; then
	echo "a unit $own is there already, and this fault did not make it"
	wrong=1
fi
free "$id" "$name" || wrong=1
users=$(owners)
if [ -z "$users" ]; then
	echo "all processes of $service run as root, as others do: its connections cannot be told from theirs"
	exit 1
fi
at_home || exit 1
case " $wants " in
*' established '*)
	case $(ss --help 2>&1) in
	*--kill*) ;;
	*)
		echo "the ss of this node ends no connections: it has no -K"
		wrong=1
		;;
	esac
	if grep -q -x '# CONFIG_INET_DIAG_DESTROY is not set' "/boot/config-$(uname -r)" 2>/dev/null; then
		echo "the kernel of this node ends no connections: it was built without INET_DIAG_DESTROY"
		wrong=1
	fi
	;;
esac
shared=no
case " $wants " in
*' shared '*) shared=yes ;;
esac
if [ "$shared" = no ]; then
	others=$(strangers)
	if [ -n "$others" ]; then
		echo "not of $service, but of its user, and so struck with it uncounted: $others (shared: true strikes them too)"
		wrong=1
	fi
fi
if ! refused=$(ruleset 1 1 $users | nft -c -f - 2>&1); then
	echo "nft does not take the redirect: $(echo "$refused" | head -n 1)"
	wrong=1
fi
# With the first chain of nat on a node the kernel keeps each connection there, and drops
# what begins one when it can keep no more.
# A shell's read takes a byte at a time, and of these files the first alone.
most=$(cat /proc/sys/net/netfilter/nf_conntrack_max 2>/dev/null)
most=${most:-65536} # what a kernel takes at least that has not said yet, on a node with more than 1 GiB
sockets=$(ss -Htan | wc -l)
kept=$(cat /proc/sys/net/netfilter/nf_conntrack_count 2>/dev/null)
kept=${kept:-0}
if [ "$kept" -lt "$sockets" ]; then
	kept=$sockets
fi
if [ $((kept * 4)) -gt $((most * 3)) ]; then
	echo "the redirect has the kernel keep each connection of the node: it has $kept, and can keep $most (nf_conntrack_max), which is too near"
	wrong=1
fi
exit $wrong
