# load_fingerprint.sh: the units that load this node in the same way.
if ! units=$(systemctl list-units --all --plain --no-legend "eris-*-load-$name.service"); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort | tr '\n' ' ')
echo "Load=${units% }"
