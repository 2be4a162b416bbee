# rabbitmq_stop_app_inject.sh
set -eu
if [ ! -e process ]; then
	clients >clients
	process >process.new
	mv process.new process
fi
control stop_app >&2
