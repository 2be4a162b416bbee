# rabbitmq_close_connections.sh UNIT PORT ID SECONDS
id=$3 seconds=$4
