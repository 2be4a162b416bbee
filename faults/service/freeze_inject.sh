# freeze_inject.sh UNIT ID: stops the unit's processes from running, without
# ending them: systemd's freezer, else the cgroup's own, else SIGSTOP.
set -eu
unit=$1
if systemctl freeze "$unit" 2>/dev/null; then
	exit 0
fi
group=$(systemctl show "$unit" -p ControlGroup --value)
for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do
	if [ -n "$group" ] && [ -e "$root$group/cgroup.freeze" ]; then
		echo 1 >"$root$group/cgroup.freeze"
		exit 0
	fi
done
systemctl kill --signal=STOP "$unit"
