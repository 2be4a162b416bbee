# keystone_fernet_rotate_prepare.sh: each key file gets a second name, so that it
# outlives its first; and beside them is laid what the rotations make of a copy: the
# staged key becomes the primary one, a new one is staged, and the oldest go where
# there are more than max_active_keys.
set -eu
umask 077
mount_of "$keys"
own=${at%/}/eris-$id.keys
mkdir -p -m 0700 "$own" "$own/keys" "$own/new"
echo "$keys" >"$own/path"
listing "$keys" >was
for key in "$keys"/*; do
	ln "$key" "$own/keys/${key##*/}"
	cp -a "$key" "$own/new/${key##*/}"
done
if [ "$(listing "$own/keys")" != "$(cat was)" ] || [ "$(listing "$keys")" != "$(cat was)" ]; then
	echo "the keys change while they are looked at" >&2
	exit 1
fi

letters() { # letters SET COUNT: so many of them, by chance
	drawn=
	until [ "${#drawn}" -ge "$2" ]; do
		drawn=$drawn$(head -c 512 /dev/urandom | tr -dc "$1")
	done
	printf '%s' "$drawn" | head -c "$2"
}

most=$(setting max_active_keys)
most=${most:-3}
while [ "$times" -gt 0 ]; do
	mv "$own/new/0" "$own/new/$(($(primary "$own/new") + 1))"
	cp -a "$own/keys/0" "$own/new/0" # for its owner, mode and labels
	# 32 bytes, as Fernet writes them.
	echo "$(letters A-Za-z0-9_- 42)$(letters AEIMQUYcgkosw048 1)=" | head -c 44 >"$own/new/0"
	while [ "$(numbers "$own/new" | wc -l)" -gt "$most" ] && [ "$(numbers "$own/new" | wc -l)" -gt 2 ]; do
		rm "$own/new/$(numbers "$own/new" | sed -n 2p)"
	done
	times=$((times - 1))
done
listing "$own/new" >"$own/left"
sync "$own/new"/* "$own/left" "$own/path" "$own/new" "$own/keys" "$own" "${at%/}/"
