# rabbitmq_close_connections_preflight.sh
if ! listens; then
	echo "nothing listens on port $port"
	exit 1
fi
