# beside_undo.sh: ends what runs beside the unit, and sees that it is gone.
systemctl kill --signal=KILL "$beside" 2>/dev/null
systemctl stop "$beside" 2>/dev/null
systemctl reset-failed "$beside" 2>/dev/null
tries=60
while [ "$(property "$beside" LoadState)" != not-found ]; do
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		echo "$beside is still $(property "$beside" ActiveState)"
		exit 1
	fi
	sleep 0.05
done
rm -f program.sh was killed killed.new ended ended.new
