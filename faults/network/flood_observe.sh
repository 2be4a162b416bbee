# flood_observe.sh: what the rule has counted in a moment is half of the rate at
# least; where the node has other work it is looked at for longer.
hundredths() {
	read -r up idle </proc/uptime
	part=1${up#*.}
	echo $((${up%.*} * 100 + part - 100))
}
for patience in 0.2 0.5 1.5; do
	before=$(counted) && begun=$(hundredths) || exit 1
	sleep "$patience"
	after=$(counted) && to=$(hundredths) || exit 1
	sent=$(((after - before) * 100 / (to - begun)))
	if [ $((sent * 2)) -ge "$rate" ]; then
		echo "$sent packets a second of $size bytes are sent from $from to $peer, at $address port $port, asked $rate; $after so far"
		exit 0
	fi
done
exit 1
