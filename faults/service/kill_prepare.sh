# kill_prepare.sh: notes the unit's main process, which the inject then need not ask for.
systemctl show "$unit" -p MainPID --value >main
