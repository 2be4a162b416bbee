# queue_undo.sh ID ...: takes the fault's own root away, and with it all that is
# below. tc takes none away that has another handle.
if [ ! -s queue.link ]; then
	exit 0
fi
read -r link <queue.link
if ! ours "$link" "$1"; then
	exit 0
fi
tc qdisc del dev "$link" root handle "$root" 2>/dev/null
if ours "$link" "$1"; then
	echo "the queue $root at the root of $link cannot be taken away"
	exit 1
fi
