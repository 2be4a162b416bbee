# undo.sh ID ...: deletes the fault's own table, and nothing else.
rm -f table.nft
drop "$1"
