# remove_inject.sh: the file gets a second name, and then loses its first: what is
# set aside is the file itself, or nothing is touched.
if [ ! -e "$own/original" ]; then
	ln "$path" "$own/original"
fi
if same "$path" "$own/original"; then
	rm -f "$path"
fi
sync "${path%/*}/" "$own"
