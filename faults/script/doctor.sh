# doctor.sh: reads what Eris has left on this node. Touches nothing.
set -u
read -r up idle </proc/uptime
now=$((${up%.*} * 1000))
faults | while IFS= read -r directory; do
	echo "fault $directory $(cat "$directory/state")"
	sed 's/^/stamp /' "$directory/log" 2>/dev/null
done
residues
if reason=$(halted); then
	echo "halt $reason"
fi
if [ -s /run/eris/run ]; then
	read -r run until owner </run/eris/run
	if [ "$until" -gt "$now" ]; then
		echo "run $run $((until - now)) $owner"
	fi
fi
for file in /var/lib/eris/history/*; do
	if [ -e "$file" ]; then
		echo "history ${file##*/}"
		sed 's/^/stamp /' "$file"
	fi
done
