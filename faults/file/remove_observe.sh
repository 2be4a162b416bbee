# remove_observe.sh: nothing of that name is there.
if ! aside || [ ! -e "$own/original" ] || [ -e "$path" ] || [ -L "$path" ]; then
	exit 1
fi
echo "$path is gone, with $(stat -c %s "$own/original") bytes"
