# throttle_undo.sh: takes the drop-in away, wherever it was laid, and what it has brought
# into effect; that wants no engine, which may hang. A service that did not outlive its
# limits is started again.
set -eu
loaded=no
for file in /run/systemd/system/*.d/zz-eris-"$id".conf; do
	if [ -e "$file" ]; then
		loaded=yes
		rm -f "$file"
		rmdir "${file%/*}" 2>/dev/null || true
	fi
done
if [ "$loaded" = yes ]; then
	systemctl daemon-reload
elif scope; then # a daemon-reload that was cut off
	case " $(property DropInPaths) " in
	*"/zz-eris-$id.conf "*) systemctl daemon-reload ;;
	esac
fi
if [ "$ERIS_TOUCHED" = yes ] && grep -q -x 'ActiveState=active' before && [ "$(service_state)" != active ]; then
	service_again
fi
