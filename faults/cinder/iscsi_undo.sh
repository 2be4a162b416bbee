# iscsi_undo.sh: the node logs in where it was, and finds the same disks, also where
# a login looks for none by itself, as for the volumes of Nova.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -e struck ]; then
	exit 0
fi
while read -r number address; do
	if with "$address" >/dev/null; then
		continue
	fi
	echo "$address" >>attached
	if ! said=$(timeout 20 iscsiadm -m node -T "$target" -p "$address" --login 2>&1) && ! with "$address" >/dev/null; then
		echo "$said" | tail -n 1
		exit 1
	fi
done <was
while read -r address disk; do
	now=$(adapter "$(with "$address")"):${disk#*:}
	if grep -q -F -x "$address" attached 2>/dev/null; then
		echo "$now" >>attached
	fi
	attach "$now"
	sed -n "s/^$disk /$now /p" kept >set
	again set
done <luns
rm -f set attached
