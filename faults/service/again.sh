# again.sh UNIT ...: starts the unit again if the fault was let through and it was
# active before. Units that stopped with it start again with it.
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
again() {
	systemctl reset-failed "$1" 2>/dev/null || true
	systemctl start --no-block "$1"
}
if grep -q -x 'ActiveState=active' before; then
	again "$unit"
fi
grep '^Dependent=.* active$' before | cut -d = -f 2 | cut -d ' ' -f 1 | while IFS= read -r dependent; do
	again "$dependent"
done
