# forks_observe.sh: the kernel numbers what is started on the node. Fewer than
# twenty a second more than before are no storm, and neither is one that
# does not come from the unit, which has to compute for it.
read -r usual 2>/dev/null <usual || exit 1
before=$(computed "$unit" 2>/dev/null) || exit 1
rate=$(pace 0.2)
after=$(computed "$unit" 2>/dev/null) || exit 1
if [ $((rate - usual)) -lt 20 ] || [ "$after" -le "$before" ]; then
	exit 1
fi
echo "the node starts $rate processes a second, $usual without the storm; $programs programs start them, with at most $most % of a processor"
