# undo.sh: the node has come back by itself, or never went. While it stops
# everything, only the boot that follows is the end.
if [ "$(systemctl is-system-running 2>/dev/null)" = stopping ]; then
	echo "the node is about to boot anew"
	exit 1
fi
rm -f began
