# rabbitmq_stop_app_preflight.sh: is it in one cluster with those that it knows?
case $status in
*'"partitions":{}'*) ;;
*)
	echo "the cluster is partitioned, as this member sees it"
	exit 1
	;;
esac
if ! listens; then
	echo "nothing listens on port $port"
	exit 1
fi
