# preflight.sh ID NAME IN OUT OTHERS ...: can the rules be laid, and is the way
# by which we came none of those that they cut?
id=$1 name=$2 others=$5
if ! tables=$(nft list tables 2>&1); then
	echo "nft cannot read the rules of this node: $(echo "$tables" | head -n 1)"
	exit 1
fi
own_way "$others" || exit 1
wrong=0
free "$id" "$name" || wrong=1
if ! refused=$(ruleset "$id" "$name" "$3" "$4" | nft -c -f - 2>&1); then
	echo "nft does not take the rules: $(echo "$refused" | head -n 1)"
	wrong=1
fi
exit $wrong
