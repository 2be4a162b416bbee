# fingerprint.sh UNIT ID ...: what systemd says of the unit and its dependents.
unit=$1
if ! state=$(systemctl show "$unit" -p LoadState --value); then
	exit 1
fi
echo "LoadState=$state"
for property in ActiveState UnitFileState FreezerState; do
	echo "$property=$(systemctl show "$unit" -p "$property" --value)"
done
for file in $(systemctl show "$unit" -p DropInPaths --value | tr ' ' '\n' | sort); do
	echo "DropIn=$file"
done
for dependent in $(systemctl show "$unit" -p RequiredBy,BoundBy,ConsistsOf --value | tr ' ' '\n' | sort -u); do
	echo "Dependent=$dependent $(systemctl show "$dependent" -p ActiveState --value)"
done
