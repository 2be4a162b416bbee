# freeze_observe.sh UNIT ID: every process of the unit stands still.
unit=$1
if [ "$(systemctl show "$unit" -p FreezerState --value)" = frozen ]; then
	echo "$unit is frozen by systemd"
	exit 0
fi
group=$(systemctl show "$unit" -p ControlGroup --value)
if [ -z "$group" ]; then
	exit 1
fi
for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do
	if grep -q -x 'frozen 1' "$root$group/cgroup.events" 2>/dev/null; then
		echo "$unit is frozen by its cgroup"
		exit 0
	fi
done
count=0
list=$(listed "$group") || exit 1
while IFS= read -r pid; do
	case $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) in
	T*) count=$((count + 1)) ;;
	'') ;;
	*) exit 1 ;;
	esac
done <"$list"
if [ "$count" = 0 ]; then
	exit 1
fi
echo "$unit is stopped, all of its $count processes"
