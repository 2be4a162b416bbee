# undo.sh ...: brings up what inject has taken down, and nothing else.
if [ "${ERIS_TOUCHED:-no}" != yes ] || [ ! -e switch.down ]; then
	exit 0
fi
dark() { # a port has no carrier yet
	while IFS= read -r part; do
		case $(inside -o link show dev "$part" 2>/dev/null) in
		*" state UP "*) ;;
		*) return 0 ;;
		esac
	done <switch.down
	return 1
}
code=0
while IFS= read -r part; do
	is_up "$part"
	case $? in
	1) inside link set dev "$part" up || code=1 ;;
	2) code=1 ;;
	esac
done <switch.down
# The kernel says a moment later that a port has its carrier again, and forwards only
# then. One that nothing is plugged into never has it.
tries=20
while [ "$tries" -gt 0 ] && dark; do
	tries=$((tries - 1))
	sleep 0.1
done
exit $code
