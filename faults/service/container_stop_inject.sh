# container_stop_inject.sh NAME ID: has the engine stop it, which may take as long
# as the container asks for, in a unit of its own.
set -eu
hold
if [ "$status" = running ] && [ "$(systemctl show "eris-$id-stop-$name" -p ActiveState --value)" != active ]; then
	systemd-run --quiet --collect --unit="eris-$id-stop-$name" "$engine" stop "$key"
fi
