# load_preflight.sh: could the kernel keep the load's bounds?
wrong=0
for each in $bounds; do
	if ! controller "$each" >/dev/null; then
		echo "the cgroups of this node have no controller $each that could bound the load"
		wrong=1
	fi
done
if [ -n "$(systemctl list-units --all --plain --no-legend "eris-*-load-$name.service")" ]; then
	echo "a load of another fault is left here; eris heal removes it"
	wrong=1
fi
if [ "$wrong" = 1 ]; then
	exit 1
fi
