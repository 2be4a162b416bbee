# pacemaker_stop_observe.sh RESOURCE ID: the constraint is there, and the resource
# runs on this node no more.
if ! away || ! rules | grep -q -F -x "eris-$id-ban-on-$here"; then
	exit 1
fi
others=$(instances | grep -v "^$here " | cut -d ' ' -f 1 | sort -u | tr '\n' ' ')
others=${others% }
echo "$name is stopped on $here, and runs on ${others:-no other node}"
