# processes.sh: the processes of a unit ($unit).
processes() { # of the unit's cgroup, and of those right below it
	if list=$(listed "$(systemctl show "$unit" -p ControlGroup --value)"); then
		cat "$list" "${list%/*}"/*/cgroup.procs 2>/dev/null
	fi
}
