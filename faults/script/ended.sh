ended() { # ended REASON: tells the guard, in a line of its log, that the load is over and nobody undid it
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	echo "$(date +%s%N) $((${up%.*} * 1000 + (hundredths - 100) * 10)) ended itself $1" >ended.new && mv ended.new ended
}
