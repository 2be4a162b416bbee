# rabbitmq_close_connections_observe.sh: not what the command says, but which of the
# connections that were there are gone.
if [ ! -s closed ]; then
	exit 1
fi
if ! gone=$(gone_since was) || [ "$gone" -le 0 ]; then
	exit 1
fi
echo "$gone of $(wc -l <was) connections are gone, of $(cat closed) that the broker has closed, and it has $(clients) now"
