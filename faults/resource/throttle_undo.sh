# throttle_undo.sh: takes the drop-in away, and what it has brought into effect.
# A unit that did not outlive its limits is started again.
set -eu
loaded=no
case " $(property DropInPaths) " in
*" $file "*) loaded=yes ;;
esac
if [ -e "$file" ] || [ "$loaded" = yes ]; then
	rm -f "$file"
	rmdir "$directory" 2>/dev/null || true
	systemctl daemon-reload
fi
if [ "$ERIS_TOUCHED" = yes ] && grep -q -x 'ActiveState=active' before && [ "$(property ActiveState)" != active ]; then
	systemctl reset-failed "$unit" 2>/dev/null || true
	systemctl start --no-block "$unit"
fi
