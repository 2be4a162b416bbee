# undo.sh ID ...: ends the proxy, then deletes the redirect, and takes what the fault has
# laid. In this order, since the kernel tells nobody that his connection through the proxy
# has ended once the redirect is gone, and keeps for days where such a one was led. Who
# begins one between the two, some milliseconds, is refused. The proxy is asked to end,
# and lays who came in all, which the log gets; one that does not is killed. Whatever
# becomes of it, the redirect goes.
left=no
timeout 5 systemctl stop "eris-$1-link.service" 2>/dev/null
gone "eris-$1-link.service" || left=yes
drop "$1" || left=yes
if [ "$left" = yes ]; then
	exit 1
fi
if [ "$ERIS_TOUCHED" = yes ] && { read -r met struck failed other <counts; } 2>/dev/null; then
	echo "$(moment) reached itself in all $met new connections of the client came, and $struck were struck" >>log
fi
rm -f program.sh link.py listening counts said owner was was.new still old table.nft asks-* ended ended.new
