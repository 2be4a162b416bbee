# queue_inject.sh ID ...: makes the queue, anew where it is there half. What is
# of somebody else is not replaced: tc adds to a root of the kernel's alone.
read -r link <queue.link
if ours "$link" "$1"; then
	tc qdisc del dev "$link" root handle "$root" || exit 1
fi
tc -batch queue.commands
