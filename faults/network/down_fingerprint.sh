# down_fingerprint.sh ID NAME PREFIX: the link's state, addresses and routes.
if [ -s down.link ]; then
	read -r link <down.link
else
	link=$(named "$2" "$3")
fi
echo "Link=${link:-none}"
if [ -z "$link" ]; then
	exit 0
fi
if up "$link"; then
	echo "State=up"
else
	echo "State=down"
fi
everything "$link" 2>/dev/null | sed -e 's/^inet/Address=inet/' -e '/^Address/!s/^/Route=/'
