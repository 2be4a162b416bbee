# throttle_preflight.sh: may this unit be limited, and can it be put back?
wrong=0
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
for other in "$directory"/zz-eris-*.conf; do
	if [ -e "$other" ]; then
		echo "$other is left of another fault; eris heal removes it"
		wrong=1
	fi
done
if ! controller "$controller" >/dev/null; then
	echo "the cgroups of this node have no controller $controller that could limit $unit"
	wrong=1
fi
if [ "$wrong" = 1 ]; then
	exit 1
fi
