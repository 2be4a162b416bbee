# error_observe.sh: its table says so, and a block of it cannot be read.
struck || exit 1
if said=$(look); then
	exit 1
fi
said=$(echo "$said" | head -n 1)
echo "a block of $device could not be read: ${said##*: }"
