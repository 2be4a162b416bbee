# cpu_throttle_inject.sh SERVICE ID CONTROLLER QUOTA
set -eu
limit "CPUQuota=$4%" CPUAccounting=yes
