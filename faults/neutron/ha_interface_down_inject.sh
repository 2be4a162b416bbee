# ha_interface_down_inject.sh: notes what the router has here, and takes its
# interface down.
set -eu
chosen
link=$(ha)
if [ ! -e led ]; then
	led "$link" >led || true
fi
ip -n "$space" link set dev "$link" down
