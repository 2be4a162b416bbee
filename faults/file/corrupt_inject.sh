# corrupt_inject.sh: the file gets a second name, and then the other one takes the
# first by one step of the kernel: at no moment is there none.
if [ ! -e "$own/original" ]; then
	ln "$path" "$own/original"
fi
if [ -e "$own/left" ]; then
	mv -f "$own/left" "$path"
fi
sync "${path%/*}/" "$own"
