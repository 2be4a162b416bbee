# Tables of nftables.
if command -v nft >/dev/null 2>&1; then
	nft list tables 2>/dev/null | while read -r word family name; do
		case $name in
		eris-*) found "$name" "nft table $family $name" "nft delete table $family $(quote "$name")" ;;
		esac
	done
fi
