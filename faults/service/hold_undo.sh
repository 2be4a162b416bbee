# hold_undo.sh UNIT ID ...: lets the unit go.
set -eu
unit=$1 id=$2
directory=/run/systemd/system/$unit.d
rm -f "/run/eris/$id/hold"
if [ -e "$directory/zz-eris-$id.conf" ]; then
	rm -f "$directory/zz-eris-$id.conf"
	rmdir "$directory" 2>/dev/null || true
	systemctl daemon-reload
fi
