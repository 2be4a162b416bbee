# rate_observe.sh ID NAME PREFIX FILTERS OTHERS ATTEMPTS WHAT ...: the kernel has
# the limit, and packets go through it. Where none do, this node sends some.
read -r link <queue.link && ours "$link" "$1" || exit 1
if [ "$(passed "$link")" = 0 ]; then
	knocks 0.4 1 "$link" $6 >/dev/null
fi
what=$7
set -- $(counted "$link")
if [ $# != 5 ]; then
	exit 1
fi
if [ "$2" = 0 ]; then
	exit 75
fi
before=$1 from=$(date +%s%N)
sleep 0.1
set -- $(counted "$link")
if [ $# != 5 ]; then
	exit 1
fi
now=$((($1 - before) * 8000000 / ($(date +%s%N) - from)))
echo "limited: $link$what: $(asked "$link"): $now kbit/s now, $2 packets so far, held back $4 times, $3 dropped"
