# process_undo.sh NAME ID START ...: those that were stopped run again, only they.
# Where none is left, the command starts it, in a unit that does not end with what
# is run here.
for file in killing stopped; do
	if [ -e "$file" ]; then
		tell CONT "$file"
	fi
done
if [ "$ERIS_TOUCHED" != yes ] || [ -z "$start" ] || ! grep -q '^Main=' before || [ -n "$(list)" ]; then
	exit 0
fi
case $(systemctl show "run-eris-$id" -p ActiveState --value) in
active | activating) exit 0 ;;
esac
systemd-run --quiet --collect --unit="run-eris-$id" --property=KillMode=process sh -c "$start"
