# program.sh DIRECTORY: as many workers as the file asked says each write their
# file and read it, a MiB at a time, and wait after each so long that they move
# no more than that rate, or than a ramp has grown to.
cd "$1" || exit 1
while [ ! -e go ]; do
	sleep 0.02
done
read -r files rate workers size ramp unit <asked
read -r up idle </proc/uptime
began=${up%.*}
pace() { # sets pause, which follows a MiB that was written and read
	now=$rate
	if [ -e climbing ]; then
		read -r up idle </proc/uptime
		now=$((1 + (${up%.*} - began) * rate / ramp))
		if [ "$now" -gt "$rate" ]; then
			now=$rate
		fi
	fi
	pause=0
	if [ "$now" != 0 ]; then
		pause=$(printf '%d.%03d' $((2 / now)) $((2000 / now % 1000)))
	fi
}
work() { # work FILE
	pace
	while :; do
		at=0
		while [ "$at" -lt "$size" ]; do
			dd if=/dev/zero of="$1" bs=1048576 count=1 seek="$at" oflag=dsync conv=notrunc 2>/dev/null || exit 1
			dd if="$1" of=/dev/null bs=1048576 count=1 skip="$at" iflag=direct 2>/dev/null || exit 1
			if [ "$ramp" -gt 0 ]; then
				pace
			fi
			sleep "$pause"
			at=$((at + 1))
		done
	done
}
climb() { # what the kernel has counted, a tenth of the ramp each in the log
	tenth=0
	before=$(moved) from=$(date +%s%N)
	while [ "$tenth" -lt 10 ]; do
		sleep "$((ramp / 10)).$((ramp % 10))"
		after=$(moved) to=$(date +%s%N)
		echo "$(moment) reached itself $(((after - before) * 1000 / ((to - from) / 1000000) / 1048576)) MiB a second, on the way to $((rate * workers))" >>log
		before=$after from=$to tenth=$((tenth + 1))
	done
	rm -f climbing
}
while [ "$workers" -gt 0 ]; do
	work "$files/$workers" &
	workers=$((workers - 1))
done
if [ -e climbing ]; then
	read -r files rate workers rest <asked
	climb
fi
wait
ended "a file could not be written or read"
