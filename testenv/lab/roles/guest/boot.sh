#!/bin/sh -eu
# A guest's first program: the name that Nova gave it, then what it needs of
# root's rights and no more. Its processes die with the one that follows.
hostname "$(cat /run/host/hostname)"
install -d -m 755 /run/sshd /run/guest
install -m 600 /run/host/host_key /run/guest/host_key
install -m 644 /run/host/host_key.pub /run/guest/host_key.pub
install -d -m 700 -o guest -g guest /home/guest
# everyone may ping, as on a host; a network namespace begins without
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
# The guest's uptime is its own: it counts from here. A node may not set clocks,
# but whoever has a user namespace may set those that belong to it, and the
# guest uses that clock without being in there.
mkfifo /run/guest/clock
unshare --user --map-root-user --time --boottime "-$(cut -d . -f 1 /proc/uptime)" \
  sh -c 'echo set; exec sleep 5' >/run/guest/clock &
if read -r _ </run/guest/clock; then
  set -- nsenter --time=/proc/$!/ns/time_for_children --
fi
exec "$@" setpriv --bounding-set -sys_admin,-setpcap,-setfcap --no-new-privs -- /usr/bin/python3 -ISE /usr/lib/eris-lab/guest-service
