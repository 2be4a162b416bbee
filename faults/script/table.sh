# A fault's own table of nftables, inet eris-ID, whose chains are called NAME-in and NAME-out.
free() { # free ID NAME: there is none yet of this fault, and none of another one with such a chain; says why not
	if ! tables=$(nft list tables 2>&1); then
		echo "nft cannot read the rules of this node: $(echo "$tables" | head -n 1)"
		return 1
	fi
	if echo "$tables" | grep -q "^table [a-z0-9]* eris-$1\$"; then
		echo "a table eris-$1 is there already, and this fault did not make it"
		return 1
	fi
	echo "$tables" | (
		while read -r word family table; do
			case $table in
			eris-*)
				if nft list table "$family" "$table" | grep -q -F -e "chain $2-in {" -e "chain $2-out {"; then
					echo "table $family $table is left of another fault; eris heal removes it"
					exit 1
				fi
				;;
			esac
		done
	)
}
drop() { # drop ID: deletes the fault's own table, and nothing else; says why it is there still
	if nft delete table inet "eris-$1" 2>/dev/null; then
		return 0
	fi
	if ! tables=$(nft list tables 2>&1); then
		echo "nft cannot read the rules of this node: $(echo "$tables" | head -n 1)"
		return 1
	fi
	if echo "$tables" | grep -q -x "table inet eris-$1"; then
		echo "the table inet eris-$1 cannot be deleted"
		return 1
	fi
}

