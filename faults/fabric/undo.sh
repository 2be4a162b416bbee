# undo.sh ...: brings up what inject has taken down, and nothing else.
if [ "${ERIS_TOUCHED:-no}" != yes ] || [ ! -e switch.down ]; then
	exit 0
fi
code=0
while IFS= read -r part; do
	is_up "$part"
	case $? in
	1) inside link set dev "$part" up || code=1 ;;
	2) code=1 ;;
	esac
done <switch.down
exit $code
