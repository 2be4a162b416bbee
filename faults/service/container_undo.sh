# container_undo.sh NAME ID ...: lets the container go, gives it its policy back,
# and has it run again if it did. What is no longer the container that was struck
# is left alone, and so is a policy that somebody else has set meanwhile.
rm -f "/run/eris/$id/hold"
keeper=$(before Keeper)
state=${keeper#* } keeper=${keeper% *}
if [ -n "$keeper" ] && [ -e "/run/systemd/system/$keeper.d/zz-eris-$id.conf" ]; then
	rm -f "/run/systemd/system/$keeper.d/zz-eris-$id.conf"
	rmdir "/run/systemd/system/$keeper.d" 2>/dev/null || true
	systemctl daemon-reload || exit 1
fi
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
choose || exit 1
look || exit 1
if [ "$key" != "$(before Id)" ]; then
	echo "$name is another container by now, and left as it is"
	exit 0
fi
was=$(before Policy)
if [ "$policy" = no:0 ] && [ "$was" != no:0 ]; then
	engine update --restart="${was%:0}" "$key" >/dev/null || exit 1
fi
if [ "$(before Status)" != running ]; then
	exit 0
fi
if [ "$status" = paused ]; then
	engine unpause "$key" >/dev/null || exit 1
	look || exit 1
fi
if [ "$status" = stopping ]; then # who stopped it was ended half way, and Podman starts it only when that is done
	engine stop -t 2 "$key" >/dev/null || exit 1
	look || exit 1
fi
if [ "$state" = active ] && ! systemctl is-active --quiet "$keeper"; then
	systemctl reset-failed "$keeper" 2>/dev/null || true
	systemctl start --no-block "$keeper"
elif [ "$status" != running ]; then
	engine start "$key" >/dev/null || exit 1
fi
