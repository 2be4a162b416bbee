# rabbitmq_close_connections_fingerprint.sh: who is connected is no state that anybody
# restores: the member serves or does not.
state=$(systemctl show "$unit" -p ActiveState --value)
if [ "$state" = active ] && ! listens; then
	exit 1
fi
echo "Unit=$state"
