# What was set aside of a file, at the top of its file system. It is put back where
# its place is free, or holds what the fault has put there. What may be the only copy
# is never removed: where nobody knows its place, a person has to.
for left in $(laid 'eris-*.file'); do
	name=${left##*/}
	remedy="rm -r $(quote "$left")"
	place=$(cat "$left/path" 2>/dev/null)
	if [ -e "$left/original" ]; then
		number=none
		read -r number rest 2>/dev/null <"$left/left.is"
		remedy="{ { [ ! -e $(quote "$place") ] && [ ! -L $(quote "$place") ]; } || [ \"\$(stat -c %i $(quote "$place"))\" = ${number:-none} ]; } && mv -f $(quote "$left/original") $(quote "$place") && $remedy"
		if [ -z "$place" ]; then
			remedy=false
		fi
	fi
	found "${name%.*}" "what was set aside of ${place:-a file whose place is not known}, in $left" "$remedy"
done
