# reset_inject.sh: has the kernel boot anew at once.
set -eu
if contained; then
	echo "this node is a container ($virt)"
	exit 1
fi
began
echo b >/proc/sysrq-trigger || refused
