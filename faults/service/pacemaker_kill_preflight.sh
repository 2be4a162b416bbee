if [ "$4" = false ] && ! echo "$own" | grep ' name="monitor"' | attribute interval | grep -q '[1-9]'; then
	refuse "nobody looks whether $name runs: it has no monitor, and would not be started again"
fi
if [ "$4" = false ] && { echo "$own" && between rsc_defaults "$config"; } | grep -q ' name="migration-threshold"'; then
	refuse "$name has a migration-threshold, by which a crash may keep it off $here: let the fault do that (keep_down: true)"
fi
