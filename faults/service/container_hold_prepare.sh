# container_hold_prepare.sh NAME ID ...: lays the drop-in that will keep the unit
# from starting the container. It has no effect while the file hold does not exist.
set -eu
keeper=$(before Keeper)
keeper=${keeper% *}
if [ -z "$keeper" ]; then
	exit 0
fi
directory=/run/systemd/system/$keeper.d
mkdir -p "$directory"
chmod 0755 "$directory"
printf '%s\n' '[Unit]' "ConditionPathExists=!/run/eris/$id/hold" >"$directory/zz-eris-$id.conf"
chmod 0644 "$directory/zz-eris-$id.conf"
systemctl daemon-reload
