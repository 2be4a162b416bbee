# remove_inject.sh: by one step of the kernel.
if [ ! -e "$own/original" ]; then
	mv -f "$path" "$own/original"
	sync "${path%/*}/" "$own"
fi
