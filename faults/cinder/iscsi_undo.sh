# iscsi_undo.sh: the node logs in where it was, and finds the same disks, also where
# a login looks for none by itself, as for the volumes of Nova. What is in the way of
# one session is in the way of no other.
set -u
if [ "$ERIS_TOUCHED" != yes ] || [ -e restored ]; then
	exit 0
fi
# A boot ends sessions that nobody begins again by himself, whether the fault had begun.
if [ ! -e struck ] && ! rebooted; then
	exit 0
fi
wrong=0
while read -r number address; do
	if with "$address" >/dev/null; then
		if rebooted; then
			echo "$address" >>attached
		fi
		continue
	fi
	echo "$address" >>attached
	if ! said=$(timeout 10 iscsiadm -m node -T "$target" -p "$address" --login 2>&1) && ! with "$address" >/dev/null; then
		echo "no login to $address: $(echo "$said" | tail -n 1)"
		wrong=1
	fi
done <was
while read -r address disk; do
	number=$(with "$address") || continue
	now=$(adapter "$number"):${disk#*:}
	if grep -q -F -x "$address" attached 2>/dev/null; then
		echo "$now" >>attached
	fi
	if attach "$now"; then
		sed -n "s/^$disk /$now /p" kept >set
		again set
	else
		wrong=1
	fi
done <luns
if [ "$wrong" = 0 ]; then
	rm -f set attached
	: >restored
fi
exit "$wrong"
