# units.sh UNIT...: which of the services that the inventory has on this
# node run. What else runs there is the node's own matter. While one is on its
# way nobody can say what it was before, and what it has to be again.
moving=
for unit in "$@"; do
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
