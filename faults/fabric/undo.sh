# undo.sh ...: brings up what inject has taken down, and nothing else.
if [ "${ERIS_TOUCHED:-no}" != yes ] || [ ! -e switch.up ]; then
	exit 0
fi
code=0
while IFS= read -r part; do
	if inside -o link show dev "$part" >/dev/null 2>&1 && ! is_up "$part"; then
		inside link set dev "$part" up || code=1
	fi
done <switch.up
exit $code
