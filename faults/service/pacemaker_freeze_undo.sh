# pacemaker_freeze_undo.sh: where nothing was frozen there is nothing to thaw. What the
# cluster has ended meanwhile it starts itself, here or elsewhere.
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
