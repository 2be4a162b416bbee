# program.sh DIRECTORY: as many workers as the file asked says each write their
# file and read it, a MiB at a time, and wait after each so long that they move
# no more than that rate.
cd "$1" || exit 1
while [ ! -e go ]; do
	sleep 0.02
done
read -r files rate workers size <asked
pause=0
if [ "$rate" != 0 ]; then
	pause=$(printf '%d.%03d' $((2 / rate)) $((2000 / rate % 1000)))
fi
work() { # work FILE
	while :; do
		at=0
		while [ "$at" -lt "$size" ]; do
			dd if=/dev/zero of="$1" bs=1048576 count=1 seek="$at" oflag=dsync conv=notrunc 2>/dev/null || exit 1
			dd if="$1" of=/dev/null bs=1048576 count=1 skip="$at" iflag=direct 2>/dev/null || exit 1
			sleep "$pause"
			at=$((at + 1))
		done
	done
}
while [ "$workers" -gt 0 ]; do
	work "$files/$workers" &
	workers=$((workers - 1))
done
wait
ended "a file could not be written or read"
