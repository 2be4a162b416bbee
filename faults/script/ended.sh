moment() { # now, as the guard's log has it: NODE_NS UPTIME_MS
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	echo "$(date +%s%N) $((${up%.*} * 1000 + (hundredths - 100) * 10))"
}

ended() { # ended REASON [MOMENT]: tells the guard, in a line of its log, that the effect is over and nobody undid it
	echo "${2:-$(moment)} ended itself $1" >ended.new && mv ended.new ended
}
