# stop_inject.sh UNIT ID: stops the unit and keeps it down.
set -eu
unit=$1 id=$2
touch "/run/eris/$id/hold"
systemctl stop --no-block "$unit"
