# pacemaker_kill_undo.sh: that it failed here is forgotten, as far as the cluster has
# noticed; it had not failed before.
look || exit 1
if [ -n "$(failures)" ] && ! crm_resource --cleanup --resource "$name" --node "$here" >/dev/null 2>&1; then
	echo "Pacemaker has not forgotten that $name failed on $here"
	exit 1
fi
