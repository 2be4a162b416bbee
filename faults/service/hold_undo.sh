# hold_undo.sh UNIT ID ...: lets the unit go and starts it again if the fault
# was let through and it was active before. Units that stopped with it start
# again with it.
set -eu
unit=$1 id=$2
directory=/run/systemd/system/$unit.d
rm -f "/run/eris/$id/hold"
if [ -e "$directory/zz-eris-$id.conf" ]; then
	rm -f "$directory/zz-eris-$id.conf"
	rmdir "$directory" 2>/dev/null || true
	systemctl daemon-reload
fi
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
again() {
	systemctl reset-failed "$1" 2>/dev/null || true
	systemctl start --no-block "$1"
}
if grep -q -x 'ActiveState=active' before; then
	again "$unit"
fi
grep '^Dependent=.* active$' before | cut -d = -f 2 | cut -d ' ' -f 1 | while IFS= read -r dependent; do
	again "$dependent"
done
