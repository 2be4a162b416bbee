# connections_preflight.sh: is it known which connection is ours, and can this
# kernel end one? Where it does not say how it was built it is tried.
own_way "$others" || exit 1
case $(ss --help 2>&1) in
*--kill*) ;;
*)
	echo "the ss of this node ends no connections: it has no -K"
	exit 1
	;;
esac
if grep -q -x '# CONFIG_INET_DIAG_DESTROY is not set' "/boot/config-$(uname -r)" 2>/dev/null; then
	echo "the kernel of this node ends no connections: it was built without INET_DIAG_DESTROY"
	exit 1
fi
if [ -n "$(systemctl list-units --all --plain --no-legend 'eris-*-connections.service')" ]; then
	echo "what another fault did to connections is left here; eris heal removes it"
	exit 1
fi
