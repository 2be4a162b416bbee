# rabbitmq_stop_app_fingerprint.sh: who belongs to the cluster, whether this member
# runs, and whether it is in one part with those that it knows. Which others run
# changes by itself.
if ! active; then
	echo "Unit=inactive"
	exit 0
fi
if ! status=$(control cluster_status --formatter json 2>&1); then
	case $status in
	*"requires the 'rabbit' app to be running"*)
		echo "Unit=active"
		echo "Application=stopped"
		exit 0
		;;
	esac
	exit 1
fi
echo "Unit=active"
echo "Application=running"
echo "Members=$(echo "$status" | names disk_nodes)$(echo "$status" | names ram_nodes)"
case $status in
*'"partitions":{}'*) echo "Partitions=none" ;;
*) echo "Partitions=some" ;;
esac
