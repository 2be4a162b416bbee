# Keys of tokens that were set aside: they get their names again, and the others
# are taken away, where all that is there is theirs or the fault's.
for left in $(laid 'eris-*.keys'); do
	name=${left##*/}
	remedy="rm -r $(quote "$left")"
	place=$(cat "$left/path" 2>/dev/null)
	if [ -e "$left/rotated" ] || [ -e "$left/begun" ]; then
		remedy="cd $(quote "$place") && for key in *; do [ ! -e \"\$key\" ] || { sha256sum $(quote "$left")/keys/*; sed 's/.* //' $(quote "$left/left"); } | cut -d ' ' -f 1 | grep -q -x \"\$(sha256sum \"\$key\" | cut -d ' ' -f 1)\" || exit 1; done && rm -f [0-9]* && for key in $(quote "$left")/keys/*; do ln \"\$key\" . || exit 1; done && $remedy"
		if [ -z "$place" ]; then
			remedy=false
		fi
	fi
	found "${name%.*}" "keys that were set aside of ${place:-a folder that is not known}, in $left" "$remedy"
done
