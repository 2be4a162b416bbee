# thaw.sh UNIT ID: lets the processes run again, by every way in which they may
# have been stopped.
set -eu
unit=$1
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
systemctl thaw "$unit" 2>/dev/null || true
group=$(systemctl show "$unit" -p ControlGroup --value)
for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do
	if [ -n "$group" ] && [ -e "$root$group/cgroup.freeze" ]; then
		echo 0 >"$root$group/cgroup.freeze"
	fi
done
systemctl kill --signal=CONT "$unit" 2>/dev/null || true
