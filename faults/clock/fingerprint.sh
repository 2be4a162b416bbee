# fingerprint.sh: who keeps the clock right, and whether it is off what a fault
# has recorded. How late it is changes by itself, and so it is not in here.
clock=kept
for record in /run/eris/*/clock.ahead; do
	if [ -s "$record" ] && far=$(off "$record") && beyond "$far"; then
		clock=off
	fi
done
echo "Clock=$clock"
keepers | sed 's/^/Keeper=/'
