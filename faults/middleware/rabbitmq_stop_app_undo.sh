# rabbitmq_stop_app_undo.sh: a process that starts anew starts its application. That
# one listens is no proof: an inject that was ended half way goes on in it.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -e process ] || ! active || [ "$(process)" != "$(cat process)" ]; then
	exit 0
fi
control start_app >&2
