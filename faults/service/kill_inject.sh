# kill_inject.sh UNIT ID SIGNAL KEEP: kills every process of the unit, by its
# cgroup and never by a name.
set -eu
unit=$1 id=$2 signal=$3 keep=$4
its() { # its PID: that process is one of the unit's
	while IFS= read -r group; do
		case $group in
		*"/$unit" | *"/$unit/"*) return 0 ;;
		esac
	done 2>/dev/null <"/proc/$1/cgroup"
	return 1
}
if [ "$keep" = true ]; then
	: >"/run/eris/$id/hold"
else
	read -r pid <main
	if ! its "$pid"; then # it was restarted since
		pid=$(systemctl show "$unit" -p MainPID --value)
	fi
	echo "$pid" >killed
fi
systemctl kill --signal="$signal" "$unit"
