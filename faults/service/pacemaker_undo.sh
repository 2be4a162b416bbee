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
# The cluster starts again what it stopped here, a clone; of what there is once only
# that it runs. What it does not start soon the verification tells.
again() {
	look >/dev/null || return 1
	if [ "$tag" = clone ]; then
		[ -n "$at" ] || return 1
		! strikable >/dev/null || systemctl is-active --quiet "$unit"
	else
		[ -n "$anywhere" ]
	fi
}
tries=60
while [ "$tries" -gt 0 ] && ! again; do
	tries=$((tries - 1))
	sleep 0.2
done
