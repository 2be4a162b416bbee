# observe.sh: the redirect is there and the proxy runs, and a connection of the client's
# user, made here, meets at each of some of ATTEMPTS what was asked. Whether the client itself
# has come there is told apart.
if [ "$(systemctl show "$own" -p ActiveState --value)" != active ] || ! have=$(redirects); then
	exit 1
fi
if [ "$have" != "$(grep -c 'redirect to :' table.nft)" ]; then
	exit 1
fi
read -r user <owner && seen=$(timeout 8 python3 -I -S link.py ask "/run/eris/$id" $how "$user" $(tried) 2>/dev/null) || exit 1
before=
if [ -e old ] && read -r killed <old; then
	before="; $killed connections of before were ended"
fi
read -r met struck failed other <counts || exit 1
told="$what: $asked asked, $seen seen$before"
if [ "$met" = 0 ]; then
	echo "armed, no new connection of the client yet: $told"
	exit 0
fi
if [ "$struck" = 0 ] && [ "$other" = "$met" ]; then
	echo "none of the client's connections is struck: all $met were no plain HTTP and passed on"
	exit 1
fi
case $how in
delay* | rate*) ;;
*) told="$told; $struck of the client's" ;;
esac
if [ "$failed" != 0 ]; then
	told="$told; $failed found nobody there"
fi
if [ "$other" != 0 ]; then
	told="$told; $other were no plain HTTP and passed on"
fi
echo "$told; $met new connections of the client so far"
