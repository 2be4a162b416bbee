# down_prepare.sh ID NAME PREFIX: notes what goes with the link, in the words by
# which ip puts it back: without flags that cannot be asked for, a label by its
# keyword, a time without its unit.
set -eu
link=$(named "$2" "$3")
ip -o address show dev "$link" | grep -v ' temporary ' |
	sed -e 's/^[0-9]*: *[^ ]* *inet \(.*\) \([^ \\]*\)\\ */\1 label \2 /' -e 's/^[0-9]*: *[^ ]* *inet6 \(.*\)\\ */\1 /' \
		-e 's/ dynamic//' -e 's/ secondary//' -e 's/ deprecated//' -e 's/ tentative//' -e 's/ stable-privacy//' -e 's/ proto [^ ]*//' \
		-e 's/\([0-9]\)sec/\1/g' >down.addresses
for family in 4 6; do
	ip "-$family" route show table all dev "$link" | grep -v ' table local ' |
		sed -e 's/ linkdown//' -e 's/ dead//' -e 's/\([0-9]\)sec/\1/g' >"down.routes$family" || true
done
everything "$link" >down.before
echo "$link" >down.link
