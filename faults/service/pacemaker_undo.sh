# pacemaker_undo.sh RESOURCE ID ...: takes the fault's own constraint away, and no
# other; of one that is not there this says nothing.
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
at=$(before Node)
if [ -z "$at" ] || ! cibadmin --delete --xpath "//rsc_location[@id='eris-$id-ban-on-$at']" >/dev/null 2>&1; then
	echo "Pacemaker does not answer, and the constraint eris-$id-ban-on-$at may still be there"
	exit 1
fi
# A part without quorum may be told so, and the others not agree when they meet again.
if ! cluster=$(crm_mon --one-shot --output-as=xml 2>/dev/null) || ! quorate; then
	echo "the cluster has no quorum, and the constraint eris-$id-ban-on-$at may come back"
	exit 1
fi
