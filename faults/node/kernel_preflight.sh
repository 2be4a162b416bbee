if contained; then
	echo "this node is a container ($virt): its kernel is that of the machine below, which would be struck with all that is on it"
	wrong=1
elif [ ! -w /proc/sysrq-trigger ]; then
	echo "this kernel has no /proc/sysrq-trigger that could be written"
	wrong=1
fi
