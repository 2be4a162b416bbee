# fingerprint.sh: whose it is and what is in it; where its writer may go on, which
# file it is.
if [ -f "$path" ] && [ ! -L "$path" ]; then
	stat -c 'Owner=%u:%g' "$path"
	stat -c 'Mode=%a' "$path"
	if [ "$open" = yes ]; then
		stat -c 'Number=%i' "$path"
	else
		stat -c 'Size=%s' "$path"
		stat -c 'Modified=%Y' "$path"
		echo "Sum=$(sha256sum "$path" | cut -d ' ' -f 1)"
	fi
elif [ -e "$path" ] || [ -L "$path" ]; then
	stat -c 'File=%F' "$path"
else
	echo "File=gone"
fi
for folder in $(laid 'eris-*.file'); do
	if [ "${folder##*/}" != "eris-$id.file" ] && [ "$(cat "$folder/path" 2>/dev/null)" = "$path" ]; then
		echo "Left=$folder"
	fi
done
