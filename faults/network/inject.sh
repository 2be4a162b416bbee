# inject.sh ...: makes the table, in one transaction.
nft -f table.nft
