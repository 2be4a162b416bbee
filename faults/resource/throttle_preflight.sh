# throttle_preflight.sh: may this service be limited, and can it be put back?
wrong=0
if ! scope; then
	echo "the engine of $service keeps its control group by itself (the driver cgroupfs, or a group of the engine's own), and no unit of systemd could limit it"
	exit 1
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
	echo "the cgroups of this node have no controller $controller that could limit $service"
	wrong=1
fi
if [ "$wrong" = 1 ]; then
	exit 1
fi
