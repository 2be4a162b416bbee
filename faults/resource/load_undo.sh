# load_undo.sh: ends the unit with all of its processes, and sees that it is gone.
rm -f go program.sh asked taken said ended ended.new
systemctl kill --signal=KILL "$unit" 2>/dev/null
systemctl stop "$unit" 2>/dev/null
systemctl reset-failed "$unit" 2>/dev/null
rmdir memory 2>/dev/null
tries=60
while [ "$(systemctl show "$unit" -p LoadState --value)" != not-found ]; do
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		echo "$unit is still $(systemctl show "$unit" -p ActiveState --value)"
		exit 1
	fi
	sleep 0.05
done
