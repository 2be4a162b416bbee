# rabbitmq_memory_alarm_observe.sh: this member has its alarm, and so many connections
# to the cluster may not publish.
if [ ! -e watermark ]; then
	exit 1
fi
case $(own) in
*,true\}) ;;
*) exit 1 ;;
esac
states=$(control list_connections state 2>/dev/null)
echo "this member has a memory alarm: $(echo "$states" | grep -c '^block') of $(echo "$states" | grep -v -c '^state$') connections to the cluster may not publish"
