# queue_preflight.sh ID NAME PREFIX FILTERS OTHERS ATTEMPTS WHAT KIND WORDS: is
# there such a link, can a queue be put there and taken away again, and is Eris'
# own way let through?
chosen "$2" "$3" || exit 1
own_way "$5" || exit 1
wrong=0
module sch_htb htb_enqueue htb || wrong=1
module cls_u32 u32_classify "filters of u32" || wrong=1
module "sch_$8" "${8}_enqueue" "$8" || wrong=1
can "$9" || wrong=1
if ! there=$(tc qdisc show dev "$link" 2>&1); then
	echo "tc cannot read the queues of $link: $(echo "$there" | head -n 1)"
	exit 1
fi

# A root of handle 0: is the kernel's own, made anew when ours goes. Any other
# was put there by somebody, and nothing could put it back.
has=$(echo "$there" | sed -n 's/^qdisc \([^ ]* [^ ]*\) .*root.*/\1/p')
case $has in
*' 0:') ;;
*" $root")
	echo "the queue $has at the root of $link is left of another fault; eris heal removes it"
	wrong=1
	;;
*)
	echo "$link has a queue of somebody's at its root: ${has:-none}; it is never taken away"
	wrong=1
	;;
esac
default=$(cat /proc/sys/net/core/default_qdisc 2>/dev/null)
for kind in $(echo "$there" | sed -n 's/^qdisc \([^ ]*\) 0: .*/\1/p' | sort -u); do
	case $kind in
	noqueue | mq | "$default") ;;
	*)
		if [ -n "$default" ]; then
			echo "$link has $kind of a time when that was the kernel's default: $default would come in its place"
			wrong=1
		fi
		;;
	esac
done
if ! ip -o link show dev "$link" | grep -q ' qlen [1-9]'; then
	echo "$link has a queue of no length, and the kernel would give it another one"
	wrong=1
fi

way=$(ip -o route get "$ERIS_CONTROLLER" 2>/dev/null | sed -n 's/.* dev \([^ ]*\) .*/\1/p')
if [ -n "$way" ] && [ "$way" != "$link" ] && stands "$way" "$link" 8; then
	echo "eris is reached by $way, which stands on $link: what goes to it cannot be told from others there; strike $way"
	wrong=1
fi
exit $wrong
