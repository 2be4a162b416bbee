# prepare.sh ID NAME IN OUT ...: lays the table as a file, and lets nft check it.
set -eu
ruleset "$1" "$2" "$3" "$4" >table.nft
nft -c -f table.nft
