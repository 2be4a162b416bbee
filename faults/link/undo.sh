# undo.sh ID ...: deletes the redirect, then ends the proxy, and takes what the fault has
# laid.
drop "$1" || exit 1
gone "eris-$1-link.service" || exit 1
rm -f program.sh link.py listening counts said owner table.nft asks-* ended ended.new
