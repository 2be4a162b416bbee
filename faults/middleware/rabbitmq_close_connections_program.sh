# program.sh DIRECTORY UNIT PORT SECONDS: looks for a while whether clients come back.
cd "$1" || exit 1
unit=$2 port=$3 seconds=$4
sleep "$seconds"
if ! gone=$(gone_since was) || ! back=$(peers); then
	ended "$unit had $(wc -l <was) connections and closed $(cat closed); how many came back nobody can tell: ss fails"
	exit
fi
ended "$unit had $(wc -l <was) connections and closed $(cat closed); $seconds s after it $gone of them are gone, and it has $(echo "$back" | grep -c .)"
