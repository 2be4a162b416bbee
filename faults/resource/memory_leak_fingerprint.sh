# memory_leak_fingerprint.sh: whether the service runs. How much memory it has changes
# by itself.
if ! state=$(systemctl show "$4" -p ActiveState --value); then
	exit 1
fi
echo "ActiveState=$state"
