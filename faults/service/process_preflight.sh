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
others=$(strangers "$all")
if [ -n "$others" ]; then
	echo "$others"
	wrong=1
fi
above=$$
while [ "$above" -gt 1 ] 2>/dev/null; do
	if echo "$all" | grep -q "^$above "; then
		echo "process $above of $name is one by which Eris came"
		wrong=1
	fi
	above=$(sed 's/.*) //' "/proc/$above/stat" 2>/dev/null | cut -d ' ' -f 2)
done
