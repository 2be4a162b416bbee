# memory_load_observe.sh: the kernel says how much memory the unit has. That it
# has given way is its own doing, and no healing by the cloud.
if [ -e gave-way ]; then
	echo "the load gave way at $(cat gave-way): less than the reserve was available"
	exit 0
fi
read -r bytes floor <asked 2>/dev/null || exit 1
now=$(systemctl show "$unit" -p MemoryCurrent --value)
case ${now:-no} in
*[!0-9]*) exit 1 ;;
esac
if [ "$now" -lt "$bytes" ]; then
	exit 1
fi
echo "$((now / 1048576)) MiB of memory are taken, asked $((bytes / 1048576)); $(($(kib MemAvailable) / 1024)) MiB of the node's $(($(kib MemTotal) / 1024)) are available"
