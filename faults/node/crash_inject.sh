# crash_inject.sh: has the kernel panic.
set -eu
if contained; then
	echo "this node is a container ($virt)"
	exit 1
fi
began
echo c >/proc/sysrq-trigger || refused
