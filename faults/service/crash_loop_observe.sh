# crash_loop_observe.sh UNIT ID NAME SIGNAL PAUSE: processes of the unit are gone,
# and who kills them is there.
signal=$4 pause=$5
read -r count pid 2>/dev/null <killed || exit 1
if [ "$(property "$beside" ActiveState)" != active ]; then
	exit 1
fi
state="$(property "$unit" ActiveState) ($(property "$unit" SubState))"
case $state in
failed*) state="$state: $(property "$unit" Result), systemd does not start it any more" ;;
esac
echo "$unit was killed $count times by SIG$signal, asked every $pause s; it is $state"
