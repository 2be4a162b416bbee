# The service's runtime says that it runs. What follows asks the service itself, since
# that is no proof that it works.
service=$1
if ! is=$(service_state); then
	exit 1
fi
if [ "$is" != active ]; then
	echo "$service is $is"
	exit 1
fi
