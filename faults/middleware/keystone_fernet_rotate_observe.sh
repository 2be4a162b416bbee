# keystone_fernet_rotate_observe.sh: the repository itself says so.
if ! aside || [ ! -e "$own/rotated" ] || [ "$(listing "$keys")" != "$(cat "$own/left")" ]; then
	exit 1
fi
now=$(primary "$keys")
if grep -q " $(sum "$keys/$now")\$" was; then
	what="which other nodes have staged"
else
	what="which no other node has"
fi
gone=0 all=0
while read -r name number owner mode was; do
	all=$((all + 1))
	if ! grep -q " $was\$" "$own/left"; then
		gone=$((gone + 1))
	fi
done <was
echo "tokens are issued here with key $now, $what; $gone of the $all keys that were here are gone"
