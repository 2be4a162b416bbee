# rabbitmq_running.sh: does this member run, and tell its status?
if ! active; then
	echo "$unit is not active"
	exit 1
fi
if ! status=$(control cluster_status --formatter json 2>&1); then
	echo "the broker does not tell root its status: $(echo "$status" | grep -v '^$' | head -n 1)"
	exit 1
fi
