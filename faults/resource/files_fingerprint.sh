# files_fingerprint.sh: how many files the unit's processes may open. Which
# processes those are changes by itself.
if ! state=$(systemctl show "$unit" -p ActiveState --value); then
	exit 1
fi
echo "ActiveState=$state"
may=$(for pid in $(processes); do limits "$pid"; done | sort -u | tr '\n' ',')
echo "OpenFiles=${may%,}"
