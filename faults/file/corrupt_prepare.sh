# corrupt_prepare.sh: lays the file that will be in its place. Copied first for its
# owner, mode and labels, and then written anew.
cp -a "$path" "$own/left"
size=$(stat -c %s "$path")
many=$(changed "$size")
if [ "$how" = truncate ]; then
	head -c "$offset" "$path" >"$own/left"
else
	letters=XXXXXXXXXXXXXXXX
	while [ "${#letters}" -lt "$many" ]; do
		letters=$letters$letters
	done
	{
		head -c "$offset" "$path"
		printf '%s' "$letters" | head -c "$many"
		tail -c "+$((offset + many + 1))" "$path"
	} >"$own/left"
fi
sync "$own/left"
if [ "$(sha256sum <"$own/left")" = "$(sha256sum <"$path")" ]; then
	echo "the bytes that would be written are there already" >&2
	exit 1
fi
is "$own/left" >"$own/left.is"
sync "$own/left.is" "$own"
