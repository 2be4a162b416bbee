# flood_preflight.sh: is the address another node's, and can bash send to it? To open
# /dev/udp sends nothing.
case $(ip -o route get "$address" 2>&1) in
"$address "*) ;;
local* | broadcast* | multicast*)
	echo "$address of $peer is not another node's here: $(ip -o route get "$address" 2>&1 | cut -d ' ' -f 1-4)"
	exit 1
	;;
*)
	echo "this node has no way to $address of $peer"
	exit 1
	;;
esac
if ! bash -c ': >/dev/udp/127.0.0.1/9' 2>/dev/null; then
	echo "the bash of this node cannot send packets: it was built without /dev/udp"
	exit 1
fi
if [ -n "$(systemctl list-units --all --plain --no-legend 'eris-*-flood.service')" ]; then
	echo "a flood of another fault is left here; eris heal removes it"
	exit 1
fi
