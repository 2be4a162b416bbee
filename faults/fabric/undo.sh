# undo.sh ...: brings up what inject has taken down, and nothing else.
if [ "${ERIS_TOUCHED:-no}" != yes ] || [ ! -e switch.down ]; then
	exit 0
fi
dark() { # a port that had a carrier has none yet
	while IFS= read -r part; do
		if ! lit "$part"; then
			return 0
		fi
	done <switch.lit
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
# then. One whose node has been switched off or unplugged meanwhile never has it.
tries=100
while [ -e switch.lit ] && [ "$tries" -gt 0 ] && dark; do
	tries=$((tries - 1))
	sleep 0.1
done
exit $code
