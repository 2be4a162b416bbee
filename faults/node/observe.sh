# observe.sh: this is another boot than the one in which the fault was armed.
read -r was 2>/dev/null <boot || exit 1
read -r told rest 2>/dev/null <began || exit 1
read -r booted </proc/sys/kernel/random/boot_id
if [ "$booted" = "$was" ]; then
	exit 1
fi
echo "boot $was is over, and $((($(date +%s%N) - told) / 1000000)) ms after it went boot $booted undoes it"
