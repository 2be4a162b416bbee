# hold_prepare.sh UNIT ID ...: lays the drop-in that will keep the unit down. It
# has no effect while the file hold does not exist.
set -eu
unit=$1 id=$2
directory=/run/systemd/system/$unit.d
mkdir -p "$directory"
chmod 0755 "$directory"
printf '%s\n' '[Unit]' "ConditionPathExists=!/run/eris/$id/hold" >"$directory/zz-eris-$id.conf"
chmod 0644 "$directory/zz-eris-$id.conf"
systemctl daemon-reload
