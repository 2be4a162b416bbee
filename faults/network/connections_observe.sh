# connections_observe.sh: not what ss says that it has ended, but which of those
# that were there are gone, by their addresses and ports.
if [ ! -e asked ]; then
	exit 1
fi
there=$(wc -l <was)
left=$(still)
if [ "$left" -ge "$there" ]; then
	exit 1
fi
echo "$((there - left)) of $there connections $what are gone; $(chosen | wc -l) are established now"
