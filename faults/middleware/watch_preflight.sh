if [ -n "$(systemctl list-units --all --plain --no-legend "eris-*-watch-$unit")" ]; then
	echo "what another fault did to $unit is left here; eris heal removes it"
	exit 1
fi
