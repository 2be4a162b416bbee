climb() { # for a longer part of each second, until that is all of it; what the kernel has counted is noted, a tenth of the ramp each in the log
	turn=1 tenth=0
	before=$(computed "$unit") from=$(date +%s%N)
	while [ "$turn" -lt "$ramp" ]; do
		left=$workers
		while [ "$left" -gt 0 ]; do
			timeout "0.$(printf '%03d' $((turn * 1000 / ramp)))" sha256sum /dev/zero &
			left=$((left - 1))
		done
		sleep 1
		wait
		after=$(computed "$unit") to=$(date +%s%N)
		taken=$(((after - before) * 100000 / (to - from)))
		echo "$taken $(moment)" >reached.new && mv reached.new reached
		if [ $((turn * 10 / ramp)) -gt "$tenth" ]; then
			tenth=$((turn * 10 / ramp))
			echo "$(moment) reached itself $taken % of a processor, on the way to $most %" >>log
		fi
		before=$after from=$to turn=$((turn + 1))
	done
	rm -f reached
}

