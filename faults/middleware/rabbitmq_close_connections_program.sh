# program.sh DIRECTORY UNIT PORT SECONDS: looks for a while whether clients come back.
cd "$1" || exit 1
unit=$2 port=$3 seconds=$4
sleep "$seconds"
ended "$unit had $(wc -l <was) connections and closed $(cat closed); $seconds s after it $(gone_since was) of them are gone, and it has $(peers | wc -l)"
