if [ "$workers" -gt "$processors" ]; then
	echo "$workers programs cannot compute without a pause on $processors processors"
	exit 1
fi
