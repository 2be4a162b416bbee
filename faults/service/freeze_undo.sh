# freeze_undo.sh UNIT ID: starts the unit if it did not outlive that.
if grep -q -x 'ActiveState=active' before; then
	systemctl reset-failed "$unit" 2>/dev/null || true
	systemctl start --no-block "$unit"
fi
