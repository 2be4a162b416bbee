# fingerprint.sh UNIT ID ...: what systemd says of the unit and its dependents.
unit=$1
if ! state=$(systemctl show "$unit" -p LoadState --value); then
	exit 1
fi
echo "LoadState=$state"
for property in ActiveState UnitFileState FreezerState; do
	echo "$property=$(systemctl show "$unit" -p "$property" --value)"
done
# Frozen by another way than systemd's own, and then not in its state.
group=$(systemctl show "$unit" -p ControlGroup --value)
pid=$(systemctl show "$unit" -p MainPID --value)
frozen=no
for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do
	if [ -n "$group" ] && grep -q -x 'frozen 1' "$root$group/cgroup.events" 2>/dev/null; then
		frozen=yes
	fi
done
case $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) in
T*) frozen=yes ;;
esac
echo "Frozen=$frozen"
for file in $(systemctl show "$unit" -p DropInPaths --value | tr ' ' '\n' | sort); do
	echo "DropIn=$file"
done
# What stops with it, and what stops with that.
seen=" $unit "
found=$unit
while [ -n "$found" ]; do
	next=
	for one in $found; do
		for dependent in $(systemctl show "$one" -p RequiredBy,BoundBy,ConsistsOf --value | tr ' ' '\n' | sort -u); do
			case $seen in
			*" $dependent "*) ;;
			*)
				seen="$seen$dependent "
				next="$next $dependent"
				;;
			esac
		done
	done
	found=$next
done
for dependent in $(echo "$seen" | tr ' ' '\n' | sort); do
	if [ "$dependent" != "$unit" ]; then
		echo "Dependent=$dependent $(systemctl show "$dependent" -p ActiveState --value)"
	fi
done
