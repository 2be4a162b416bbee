# flood.sh ID NAME RULE PORT ADDRESS RATE SIZE PEER FROM: what the steps of a flood share.
id=$1 name=$2 port=$4 address=$5 rate=$6 size=$7 peer=$8 from=$9
unit=eris-$id-flood.service

ruleset() { # ruleset ID NAME RULE ...: prints the fault's table, for `nft -f`: one rule, which counts what all others have let through
	echo "table inet eris-$1"
	echo "delete table inet eris-$1"
	echo "table inet eris-$1 {"
	echo "chain $2-out {"
	echo "type filter hook output priority 300; policy accept"
	echo "$3"
	echo "}"
	echo "}"
}

counted() { # how many packets have left; fails where nobody counts
	packets=$(nft list table inet "eris-$id" 2>/dev/null | sed -n 's/.* counter packets \([0-9]*\) .*/\1/p')
	echo "$packets"
	[ -n "$packets" ]
}
