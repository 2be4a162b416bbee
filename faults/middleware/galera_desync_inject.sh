# galera_desync_inject.sh
set -eu
query "SET GLOBAL wsrep_desync=ON"
