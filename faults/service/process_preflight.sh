# process_preflight.sh NAME ID START ...: are they there, and nobody else's?
wrong=0
all=$(list)
if [ -z "$all" ]; then
	echo "no process is called $name here"
	exit 1
fi
if echo "$all" | cut -d ' ' -f 3 | grep -q T; then
	echo "$name has processes that somebody has stopped"
	wrong=1
fi
for pid in $(echo "$all" | cut -d ' ' -f 1); do
	group=$(sed -n -E 's,^(0:|[0-9]+:name=systemd):,,p' "/proc/$pid/cgroup" 2>/dev/null | grep -v -x / | head -n 1)
	case $group in
	*/docker[-/]* | */libpod[-/]* | */libpod_parent/*)
		echo "process $pid of $name runs in a container: the inventory has to say container: NAME"
		wrong=1
		;;
	*/run-*.service | */rc-local.service) ;; # nobody starts it again
	*.service)
		echo "process $pid of $name is of ${group##*/}: the inventory has to say unit: ${group##*/}"
		wrong=1
		;;
	esac
done
above=$$
while [ "$above" -gt 1 ] 2>/dev/null; do
	if echo "$all" | grep -q "^$above "; then
		echo "process $above of $name is one by which Eris came"
		wrong=1
	fi
	above=$(sed 's/.*) //' "/proc/$above/stat" 2>/dev/null | cut -d ' ' -f 2)
done
