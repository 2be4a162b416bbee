# undo.sh: the node has come back by itself, or never went. One that was told to
# go, and has not yet, will: others may hold it up, as who is just installing
# something does. Only the boot that follows is the end.
if [ -e asked ] && read -r was <boot && read -r booted </proc/sys/kernel/random/boot_id && [ "$booted" = "$was" ]; then
	echo "the node was told to boot anew and has not yet"
	exit 1
fi
rm -f began asked
