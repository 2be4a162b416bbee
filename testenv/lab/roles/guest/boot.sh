#!/bin/sh -eu
# A guest's first program: the name that Nova gave it, then what it needs of
# root's rights and no more. Its processes die with the one that follows.
hostname "$(cat /run/host/hostname)"
install -d -m 755 /run/sshd /run/guest
install -m 600 /run/host/host_key /run/guest/host_key
install -m 644 /run/host/host_key.pub /run/guest/host_key.pub
install -d -m 700 -o guest -g guest /home/guest
exec setpriv --bounding-set -sys_admin,-setpcap --no-new-privs -- /usr/bin/python3 -ISE /usr/lib/eris-lab/guest-service
