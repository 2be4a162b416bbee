# memcached_flush.sh UNIT ID ADDRESS PORT SECONDS
unit=$1 id=$2 address=$3 port=$4 seconds=$5
