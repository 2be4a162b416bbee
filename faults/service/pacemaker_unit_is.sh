# From here on the arguments are those of the unit.
set -- "$unit" "$id"
