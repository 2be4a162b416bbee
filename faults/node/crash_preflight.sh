if [ "$(cat /proc/sys/kernel/panic 2>/dev/null)" = 0 ] && [ "$(cat /sys/kernel/kexec_crash_loaded 2>/dev/null)" != 1 ]; then
	echo "kernel.panic is 0 and no crash kernel is loaded: after a panic this node would stand still until somebody resets it"
	wrong=1
fi
