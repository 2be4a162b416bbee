# keystone_fernet_rotate_fingerprint.sh: of each key whose it is, and the sum of what
# is in it, from which nobody can tell it.
stat -c 'Owner=%u:%g' "$keys" || exit 1
stat -c 'Mode=%a' "$keys"
for key in "$keys"/*; do
	if [ -f "$key" ]; then
		echo "Key${key##*/}=$(stat -c '%u:%g %a %s %Y' "$key") $(sum "$key")"
	fi
done
