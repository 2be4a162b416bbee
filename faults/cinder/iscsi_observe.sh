# iscsi_observe.sh: the kernel has none of the sessions.
[ -e struck ] && [ -z "$(sessions)" ] || exit 1
echo "no session with $target at $(cut -d ' ' -f 2 was | tr '\n' ' ' | sed 's/ $//'), and none of its $(grep -c . luns) disks by it"
