# program.sh DIRECTORY ID ADDRESS PORT RATE SIZE: sends as many packets as are due,
# a hundred times a second. What was not sent in time is not made up for beyond a
# tenth of a second, so that one who was held back does not burst.
cd "$1" || exit 1
rate=$5 size=$6
text="eris $2 "
while [ "${#text}" -lt "$size" ]; do
	text="$text................................"
done
text=$(echo "$text" | cut -c "1-$size")
hundredths() { # sets now, in hundredths of a second
	read -r up idle </proc/uptime
	now=1${up#*.}
	now=$((${up%.*} * 100 + now - 100))
}
hundredths
begun=$now sent=0
while :; do
	hundredths
	due=$(((now - begun) * rate / 100))
	if [ $((due - sent)) -gt $((rate / 10)) ]; then
		sent=$((due - rate / 10))
	fi
	while [ "$sent" -lt "$due" ]; do
		printf %s "$text" 2>/dev/null # one that is refused or dropped is not counted
		sent=$((sent + 1))
	done
	sleep 0.01
done >"/dev/udp/$3/$4"
ended "no socket could be opened to $3"
