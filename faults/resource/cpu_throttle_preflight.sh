has=$(quota "$(service_group)")
if [ "$has" != max ] && [ "$has" -le "$4" ]; then
	echo "$service has a quota of $has % of a processor already, which is not more than $4 %"
	exit 1
fi
