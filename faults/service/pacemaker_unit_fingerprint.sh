strikable >&2 || exit 1
echo "Unit=$unit"
set -- "$unit" "$id"
