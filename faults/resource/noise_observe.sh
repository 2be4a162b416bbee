# noise_observe.sh: the kernel says how often the unit's programs have given up a
# processor within a tenth of a second. Under a hundred times a second for each
# pair there is no noise.
before=$(switches 2>/dev/null) && from=$(date +%s%N) || exit 1
sleep 0.1
after=$(switches 2>/dev/null) && to=$(date +%s%N) || exit 1
rate=$(((after - before) * 1000000 / ((to - from) / 1000)))
if [ "$rate" -lt $((programs * 100)) ]; then
	exit 1
fi
echo "$programs pairs of programs give up a processor $rate times a second, with at most $most % of one"
