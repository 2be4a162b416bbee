# container_preflight.sh NAME ID ...: may this container be struck, and can it be
# put back?
wrong=0
choose || exit 1
look || exit 1
if [ "$status" != running ]; then
	echo "$name is $status, not running"
	wrong=1
fi
keeper=$(starts run)
keeper=${keeper:-$(ask '{{index .Config.Labels "PODMAN_SYSTEMD_UNIT"}}')}
if [ -n "$keeper" ]; then
	echo "$name is made anew by $keeper each time that it starts: the inventory has to say unit: $keeper"
	wrong=1
fi
keeper=$(starts start)
for file in ${keeper:+"/run/systemd/system/$keeper.d"/zz-eris-*.conf}; do
	if [ -e "$file" ]; then
		echo "$file is left of another fault; eris heal removes it"
		wrong=1
	fi
done
if [ -n "$keeper" ] && [ "$(systemctl show "$keeper" -p NeedDaemonReload --value)" = yes ]; then
	echo "$keeper was changed on disk without a daemon-reload, which the fault would bring into effect"
	wrong=1
fi
if [ -n "$(systemctl list-units --all --plain --no-legend "eris-*-*-$name")" ]; then
	echo "what another fault did to $name is left here; eris heal removes it"
	wrong=1
fi
