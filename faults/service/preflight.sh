# preflight.sh UNIT ID ...: may this unit be struck, and can it be put back?
unit=$1
wrong=0
property() {
	systemctl show "$unit" -p "$1" --value
}
if [ "$(property LoadState)" != loaded ]; then
	echo "$unit is $(property LoadState): no such unit here"
	exit 1
fi
if [ "$(property ActiveState)" != active ]; then
	echo "$unit is $(property ActiveState), not active"
	wrong=1
fi
if [ "$(property NeedDaemonReload)" = yes ]; then
	echo "$unit was changed on disk without a daemon-reload, which the fault would bring into effect"
	wrong=1
fi
for file in "/run/systemd/system/$unit.d"/zz-eris-*.conf; do
	if [ -e "$file" ]; then
		echo "$file is left of another fault; eris heal removes it"
		wrong=1
	fi
done
