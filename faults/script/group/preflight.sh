# Is the service there, and does it run?
if ! is=$(service_state 2>&1); then
	echo "$is"
	exit 1
fi
if [ "$is" != active ]; then
	echo "$service is $is, not active"
	exit 1
fi
