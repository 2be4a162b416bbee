# io_throttle_inject.sh: systemd finds the device below the path.
set -eu
set --
if [ "$read" != 0 ]; then
	set -- "$@" "IOReadBandwidthMax=$path $read"
fi
if [ "$write" != 0 ]; then
	set -- "$@" "IOWriteBandwidthMax=$path $write"
fi
limit "$@"
