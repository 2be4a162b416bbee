# cpu_throttle_inject.sh UNIT ID CONTROLLER QUOTA
set -eu
limit "CPUQuota=$4%" CPUAccounting=yes
