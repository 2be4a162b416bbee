# keystone_fernet_rotate_undo.sh: gives the key files their names again and takes away
# those that were made. Keys that somebody has brought or made meanwhile are not
# touched, and those that were here have to wait then.
set -eu
if ! aside; then
	exit 0
fi
if [ -e "$own/rotated" ] && [ "$(listing "$keys")" != "$(cat "$own/left")" ]; then
	echo "the keys in $keys are not those that the fault left: somebody has rotated or brought others since, and they are not overwritten; those that were there are in $own/keys" >&2
	exit 1
fi
if [ -e "$own/begun" ]; then
	brought=$(strangers)
	if [ -n "$brought" ]; then
		echo "somebody has brought ${brought% } since, which is not overwritten; the keys that were there are in $own/keys" >&2
		exit 1
	fi
fi
if [ -e "$own/rotated" ]; then
	mv "$own/rotated" "$own/begun"
	sync "$own"
fi
if [ -e "$own/begun" ]; then
	place "$own/keys"
fi
rm -rf "$own"
