# kill_inject.sh UNIT ID SIGNAL KEEP: kills every process of the unit, by its
# cgroup and never by a name.
set -eu
unit=$1 id=$2 signal=$3 keep=$4
systemctl show "$unit" -p MainPID --value >killed
if [ "$keep" = true ]; then
	touch "/run/eris/$id/hold"
fi
systemctl kill --signal="$signal" "$unit"
