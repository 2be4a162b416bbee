# Keys of tokens that were set aside: they get their names again, and the others
# are taken away, where these are what the fault has left.
for left in $(laid 'eris-*.keys'); do
	name=${left##*/}
	remedy="rm -r $(quote "$left")"
	place=$(cat "$left/path" 2>/dev/null)
	if [ -n "$place" ] && { [ -e "$left/rotated" ] || [ -e "$left/begun" ]; }; then
		remedy="rm -f [0-9]* && for key in $(quote "$left")/keys/*; do ln \"\$key\" . || exit 1; done && $remedy"
		if [ -e "$left/rotated" ]; then
			remedy="[ \"\$(ls)\" = \"\$(cut -d ' ' -f 1 $(quote "$left/left"))\" ] && $remedy"
		fi
		remedy="cd $(quote "$place") && $remedy"
	fi
	found "${name%.*}" "keys that were set aside of ${place:-a folder}, in $left" "$remedy"
done
