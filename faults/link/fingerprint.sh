# fingerprint.sh ID ...: the fault's own unit, and not another link's, which begins and
# ends by itself; the tables are in what follows.
if ! units=$(systemctl list-units --all --plain --no-legend "eris-$1-link.service"); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1)
echo "Link=${units:-none}"
