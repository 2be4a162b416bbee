# rabbitmq_stop_app_observe.sh: quick, since it is asked all the time: the process is
# there, and nothing listens where its application did.
if [ ! -e process ] || ! active || listens; then
	exit 1
fi
echo "$unit is active, and no application in it listens on port $port, which had $(cat clients) clients and has $(clients)"
