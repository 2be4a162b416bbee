# keystone_fernet_rotate_preflight.sh: are these Keystone's keys, in a state in which
# they can be rotated, and put back?
if ! active; then
	echo "$unit is not active"
	exit 1
fi
if [ ! -r "$config" ]; then
	echo "there is no $config"
	exit 1
fi
if grep -q '^[[:space:]]*provider[[:space:]]*=[[:space:]]*jws' "$config"; then
	echo "the tokens of this Keystone are no Fernet tokens, by $config"
	exit 1
fi
named=$(setting key_repository)
named=${named%/}
if [ -n "$named" ] && [ "$named" != "$keys" ]; then
	echo "Keystone has its keys in $named, by $config"
	exit 1
fi
if [ ! -d "$keys" ]; then
	echo "there is no folder $keys"
	exit 1
fi
why=$(unfit "$keys")
if [ -n "$why" ]; then
	echo "$why"
	exit 1
fi
for key in "$keys"/*; do
	case ${key##*/} in
	*[!0-9]*)
		echo "$key is no key: somebody rotates, or keeps something there"
		exit 1
		;;
	esac
	if [ -L "$key" ] || [ ! -f "$key" ]; then
		echo "$key is no file"
		exit 1
	fi
done
if [ ! -e "$keys/0" ] || [ "$(primary "$keys")" = 0 ]; then
	echo "$keys has no staged key and a primary one"
	exit 1
fi
for folder in $(laid 'eris-*.keys'); do
	echo "$folder is left of another fault; eris heal puts back what is in it"
	exit 1
done
