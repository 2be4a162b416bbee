# Units that run or have failed: a dead-man's timers, a step, a stressor.
systemctl list-units --all --plain --no-legend 'eris-*' 2>/dev/null | cut -d ' ' -f 1 | while IFS= read -r unit; do
	found "$unit" "unit $unit" "systemctl stop $(quote "$unit"); systemctl reset-failed $(quote "$unit") 2>/dev/null || true"
done
