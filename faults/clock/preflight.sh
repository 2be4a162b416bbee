# preflight.sh: is the clock this node's own, and may it be set?
if [ -e /run/systemd/container ]; then
	read -r kind </run/systemd/container
	echo "this node is a container ($kind): its clock is that of its host, and of all others there"
	exit 1
fi
# CAP_SYS_TIME is bit 25.
case $(sed -n 's/^CapEff:.*\(.\)......$/\1/p' /proc/self/status 2>/dev/null) in
'' | [2367abef]) ;;
*)
	echo "root may not set the clock here: it has no CAP_SYS_TIME"
	exit 1
	;;
esac
keepers | (
	wrong=0
	while read -r unit state; do
		case $state in
		active | inactive | failed) ;;
		*)
			echo "$unit, which keeps the clock right, is $state: nobody knows whether it is to run"
			wrong=1
			;;
		esac
	done
	exit $wrong
)
