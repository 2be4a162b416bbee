# chance_observe.sh ID NAME PREFIX FILTERS OTHERS ATTEMPTS WHAT KIND WORDS: enough
# packets went through netem for some to be struck.
# The kernel does not count which were, but those that it put first.
read -r link <queue.link && ours "$link" "$1" || exit 1
if [ "$(passed "$link")" -lt 20 ]; then
	knocks 0.4 8 "$link" $6 >/dev/null
fi
what=$7 first=
case $9 in
corrupt*) doing=corrupted ;;
duplicate*) doing=duplicated ;;
*) doing=reordered ;;
esac
set -- $(counted "$link")
if [ $# != 5 ]; then
	exit 1
fi
if [ "$2" -lt 20 ]; then
	exit 75
fi
if [ "$doing" = reordered ]; then
	if [ "$5" = 0 ]; then
		exit 75
	fi
	first=", $5 of them put first"
fi
echo "$doing: $link$what: $(asked "$link"): $2 packets so far$first, $3 dropped"
