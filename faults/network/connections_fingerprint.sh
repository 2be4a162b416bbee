# connections_fingerprint.sh: who is connected is no state that anybody restores;
# what is left of a fault is.
if ! units=$(systemctl list-units --all --plain --no-legend 'eris-*-connections.service'); then
	exit 1
fi
units=$(echo "$units" | while read -r unit rest; do echo "$unit"; done | sort)
echo "Connections=${units:-none}"
