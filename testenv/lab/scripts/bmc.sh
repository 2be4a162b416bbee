# Runs a node's BMC. Already in the lab's network.
# usage: bash bmc.sh FOLDER-OF-THE-NODE
set -eu
cd "$1"
. ./power.conf
for dir in $cgroups; do
  mkdir -p "$dir.bmc"
  echo $$ >"$dir.bmc/cgroup.procs"
done
mkdir -p bmc/state
exec ipmi_sim -n -c bmc/lan.conf -f bmc/commands -s bmc/state </dev/null >>bmc/log 2>&1
