contained() { # the kernel is not this node's own, or nobody knows
	virt=$(systemd-detect-virt --container 2>/dev/null)
	[ "$virt" != none ] && virt=${virt:-what nobody can tell}
}

