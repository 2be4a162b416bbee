# memory_load_observe.sh: the kernel says how much memory the unit has.
read -r bytes floor ramp 2>/dev/null <asked || exit 1
read -r taken 2>/dev/null <taken || exit 1
now=$(systemctl show "$unit" -p MemoryCurrent --value)
case ${now:-no} in
*[!0-9]*) exit 1 ;;
esac
if [ "$now" -lt "$taken" ]; then
	exit 1
fi
asked="asked $((bytes / 1048576))"
if [ "$taken" -lt "$bytes" ]; then
	asked="on the way to $((bytes / 1048576)) within $ramp s"
fi
echo "$((now / 1048576)) MiB of memory are taken, $asked; $(($(kib MemAvailable) / 1024)) MiB of the node's $(($(kib MemTotal) / 1024)) are available"
