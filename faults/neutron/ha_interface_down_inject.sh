# ha_interface_down_inject.sh: notes what the router has here, and takes its
# interface down.
set -eu
chosen
link=$(ha)
if [ ! -e led ]; then
	if ! led "$link" >led.new; then
		echo "the namespace $space does not tell its addresses" >&2
		exit 1
	fi
	mv led.new led
fi
ip -n "$space" link set dev "$link" down
