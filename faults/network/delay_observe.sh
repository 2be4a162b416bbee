# delay_observe.sh ID NAME PREFIX FILTERS OTHERS ATTEMPTS WHAT KIND WORDS LEAST:
# packets go through netem, and one of those who are tried answers no sooner than
# after LEAST milliseconds, or of those who answered before none does at all: that
# is no sign that they are quick again. Where nobody is reached by the link, the
# packets alone tell.
read -r link <queue.link && ours "$link" "$1" || exit 1
attempts=$6 what=$7 before=$(passed "$link") late=
shift 9
least=$1
if [ -n "$(by "$link" $attempts)" ]; then
	answers=$(knocks 3 1 "$link" $attempts | cat) # who knocks at once writes into one pipe
	late=$(echo "$answers" | while read -r attempt took; do
		if [ -n "$took" ] && [ "$took" -ge "$least" ]; then
			was=$(grep -F "$attempt " queue.before | head -n 1 | cut -d ' ' -f 2) # nothing, when nobody answered in time
			echo ", $attempt answers after $took ms${was:+ ($was ms before)}"
		fi
	done | head -n 1)
	if [ -z "$answers" ] && read -r attempt was <queue.before; then
		late=", $attempt does not answer within 3000 ms ($was ms before)"
	fi
	if [ -n "$answers" ] && [ -z "$late" ]; then
		exit 1
	fi
	if [ -z "$late" ] || [ "$(passed "$link")" = "$before" ]; then # nobody has answered, or by another way
		exit 75
	fi
fi
set -- $(counted "$link")
if [ $# != 5 ]; then
	exit 1
fi
if [ "$2" = 0 ]; then
	exit 75
fi
echo "delayed: $link$what: $(asked "$link")$late; $2 packets so far, $3 dropped"
