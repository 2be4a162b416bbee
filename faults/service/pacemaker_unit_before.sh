# The unit as it was when the fault was armed: its steps are those of any unit.
unit=$(before Unit)
if [ -z "$unit" ]; then
	echo "which unit $name is was not noted"
	exit 1
fi
