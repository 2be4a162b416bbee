# memory_load.sh ID NAME BOUNDS SIZE USE RESERVE RAMP: sizes in MiB, use in percent.
size=$4 use=$5 reserve=$6 ramp=$7

wanted() { # how many MiB are taken; fails with the reason why not
	total=$(kib MemTotal)
	available=$(kib MemAvailable)
	if [ "$use" != 0 ]; then
		size=$(((total * use / 100 - total + available) / 1024))
	fi
	if [ "$size" -lt 1 ]; then
		echo "$(((total - available) * 100 / total)) % of the node's memory is in use already"
		return 1
	fi
	if [ $((available / 1024 - size)) -lt "$reserve" ]; then
		echo "$((available / 1024)) MiB of memory are available, which is not $size MiB and the reserve of $reserve MiB"
		return 1
	fi
	echo "$size"
}

