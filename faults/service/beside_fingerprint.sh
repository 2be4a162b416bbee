# What other faults of this name do to the unit, and this one while it is held.
if ! units=$(systemctl list-units --all --plain --no-legend "eris-*-$3-$1"); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort | tr '\n' ' ')
echo "Beside=${units% }"
