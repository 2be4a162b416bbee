# undo.sh ID ...: deletes the redirect, then ends the proxy, and takes what the fault has
# laid. The log gets who came in all.
drop "$1" || exit 1
gone "eris-$1-link.service" || exit 1
if [ "$ERIS_TOUCHED" = yes ] && { read -r met struck failed other <counts; } 2>/dev/null; then
	echo "$(moment) reached itself in all $met new connections of the client came, and $struck were struck" >>log
fi
rm -f program.sh link.py listening counts said owner table.nft asks-* ended ended.new
