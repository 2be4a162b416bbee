# What runs in such a unit only waits for a container, whose processes are not
# the unit's: the unit would be struck, and the service work on.
pid=$(property MainPID)
for main in docker podman conmon; do
	if grep -q "^$pid ($main) " "/proc/$pid/stat" 2>/dev/null; then
		echo "$unit runs only $main, and the service in a container beside it: the inventory has to say container: NAME"
		wrong=1
	fi
done
