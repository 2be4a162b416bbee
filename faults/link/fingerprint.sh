# fingerprint.sh: the units of links; the tables are in what follows.
if ! units=$(systemctl list-units --all --plain --no-legend 'eris-*-link.service'); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort)
echo "Link=${units:-none}"
