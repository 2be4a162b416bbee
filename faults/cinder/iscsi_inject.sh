# iscsi_inject.sh: nobody uses the disks since it was armed, and the sessions end.
set -eu
[ -s was ]
free
if [ ! -e struck ] && [ "$(sessions)" != "$(cat was)" ]; then
	echo "the sessions with $target are not those that there were when the fault was armed"
	exit 1
fi
: >struck
lasting struck
sessions | while read -r number address; do
	if ! said=$(iscsiadm -m node -T "$target" -p "$address" --logout 2>&1); then
		echo "$said" | tail -n 1
		exit 1
	fi
done
