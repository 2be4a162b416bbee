# pacemaker_kill_inject.sh RESOURCE ID SIGNAL KEEP: kills every process of the unit;
# what is to stay down the cluster is told to keep off this node right then.
set -eu
signal=$3 keep=$4
if [ "$keep" = true ]; then
	systemctl kill --signal="$signal" "$unit"
	ban
	leaves
elif [ ! -e killed ]; then
	systemctl show "$unit" -p MainPID --value >killed
	systemctl kill --signal="$signal" "$unit"
fi
