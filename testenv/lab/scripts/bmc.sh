# Runs a node's BMC. Already in the lab's network.
# usage: bash bmc.sh FOLDER-OF-THE-NODE
set -eu
cd "$1"
mkdir -p bmc/state
exec </dev/null >>bmc/log 2>&1 # whoever started it waits for the end of its output
. ./power.conf
for dir in $cgroups; do
  mkdir -p "$dir.bmc"
  echo $$ >"$dir.bmc/cgroup.procs"
done
exec ipmi_sim -n -c bmc/lan.conf -f bmc/commands -s bmc/state
