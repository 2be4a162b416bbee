# units.sh WHAT...: which of the units that the inventory has on this node run.
# Whether a container, process or resource of Pacemaker does is asked of its health. What else runs there is
# the node's own matter. While one is on its
# way nobody can say what it was before, and what it has to be again.
moving=
for unit in "$@"; do
	case $unit in
	container:* | process:* | pacemaker:*) continue ;;
	esac
	state=$(systemctl show "$unit" -p ActiveState --value)
	echo "$unit=$state"
	case $state in
	activating | deactivating | reloading) moving="$moving${moving:+, }$unit is $state" ;;
	esac
done
if [ -n "$moving" ]; then
	echo "$moving" >&2
	exit 1
fi
