# flood_fingerprint.sh: the units that send.
if ! units=$(systemctl list-units --all --plain --no-legend 'eris-*-flood.service'); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort)
echo "Flood=${units:-none}"
