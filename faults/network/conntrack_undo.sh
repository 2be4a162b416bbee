# conntrack_undo.sh ID MARK ...: ends the unit, and has the kernel forget its entries. What
# is left where that fails it forgets by itself, by the fault's TTL.
gone "eris-$1-conntrack.service" || exit 1
if [ -e conntrack.py ] && ! said=$(timeout 60 python3 -I -S conntrack.py clear "$2" 2>&1); then
	echo "the entries in the table of connections are still there: $(echo "$said" | tail -n 1)"
	exit 1
fi
rm -f program.sh ended ended.new conntrack.py conntrack.mark way laid said
