active() {
	[ "$(systemctl show "$unit" -p ActiveState --value)" = active ]
}
