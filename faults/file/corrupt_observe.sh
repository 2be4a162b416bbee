# corrupt_observe.sh: what is read at its place is what the fault has laid.
if ! aside || [ ! -e "$own/original" ] || ! left; then
	exit 1
fi
was=$(stat -c %s "$own/original")
if [ "$how" = truncate ]; then
	echo "$path ends after $(stat -c %s "$path") of $was bytes"
else
	echo "$(changed "$was") of the $was bytes of $path are overwritten, from $offset on"
fi
