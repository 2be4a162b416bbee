# connections_observe.sh: not what ss says that it has ended, but which of those
# that were there are gone, by their addresses and ports.
if [ ! -e asked ]; then
	exit 1
fi
was=$(wc -l <was)
if ! left=$(still) || [ "$left" -ge "$was" ] || ! now=$(many); then
	exit 1
fi
echo "$((was - left)) of $was connections $what are gone; $now are established now"
