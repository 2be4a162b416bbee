# memory_load_observe.sh: the kernel says how much memory the unit has.
read -r bytes floor <asked 2>/dev/null || exit 1
now=$(systemctl show "$unit" -p MemoryCurrent --value)
case ${now:-no} in
*[!0-9]*) exit 1 ;;
esac
if [ "$now" -lt "$bytes" ]; then
	exit 1
fi
echo "$((now / 1048576)) MiB of memory are taken, asked $((bytes / 1048576)); $(($(kib MemAvailable) / 1024)) MiB of the node's $(($(kib MemTotal) / 1024)) are available"
