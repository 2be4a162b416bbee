# kill_inject.sh UNIT ID SIGNAL KEEP: kills every process of the unit, by its
# cgroup and never by a name.
set -eu
unit=$1 id=$2 signal=$3 keep=$4
if [ "$keep" = true ]; then
	: >"/run/eris/$id/hold"
else
	systemctl show "$unit" -p MainPID --value >killed
fi
systemctl kill --signal="$signal" "$unit"
