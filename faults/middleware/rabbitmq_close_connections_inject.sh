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
	said=$(control close_all_connections --global "eris $id")
	number=$(echo "$said" | grep '^Closed ' | cut -d ' ' -f 2)
	if [ -z "$number" ]; then
		echo "the broker does not say that it has closed any: $(echo "$said" | tail -n 1)" >&2
		exit 1
	fi
	echo "$number" >closed.new
	mv closed.new closed
fi
watch "$unit" "$port" "$seconds"
