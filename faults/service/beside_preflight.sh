if [ -n "$(systemctl list-units --all --plain --no-legend "eris-*-$3-$1")" ]; then
	echo "what another fault did to $unit is left here; eris heal removes it"
	wrong=1
fi
