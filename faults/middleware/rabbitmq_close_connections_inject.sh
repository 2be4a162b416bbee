# rabbitmq_close_connections_inject.sh: once only, since who comes back is to stay.
set -eu
if [ ! -e was ]; then
	peers >was.new
	mv was.new was
fi
if [ ! -s was ]; then
	echo "nobody is connected to this member: there is nothing to close" >&2
	exit 1
fi
if [ ! -e closed ]; then
	control close_all_connections --global "eris $id" | grep '^Closed ' | cut -d ' ' -f 2 >closed.new
	mv closed.new closed
fi
watch "$unit" "$port" "$seconds"
