# rabbitmq_memory_alarm_observe.sh: this member has its alarm, and so many connections
# to the cluster may not publish.
if [ ! -e watermark ]; then
	exit 1
fi
case $(own) in
*,true\}) ;;
*) exit 1 ;;
esac
if ! states=$(control list_connections state 2>/dev/null); then
	echo "this member has a memory alarm; how many connections may not publish is not known"
	exit 0
fi
states=$(echo "$states" | grep -v -e '^state$' -e '^$')
echo "this member has a memory alarm: $(echo "$states" | grep -c '^block') of $(echo "$states" | grep -c .) connections to the cluster may not publish"
