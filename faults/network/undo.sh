# undo.sh ID ...: deletes the fault's own table, and nothing else.
id=$1
rm -f table.nft
if nft delete table inet "eris-$id" 2>/dev/null; then
	exit 0
fi
if ! tables=$(nft list tables 2>&1); then
	echo "nft cannot read the rules of this node: $(echo "$tables" | head -n 1)"
	exit 1
fi
if echo "$tables" | grep -q -x "table inet eris-$id"; then
	echo "the table inet eris-$id cannot be deleted"
	exit 1
fi
