# detach_fingerprint.sh: which disk it is, and how it is set. Its name, and after a
# reboot the number of its adapter, may be others.
if at=$(place); then
	echo "Disk=$(looks "$at")"
else
	echo "Disk=none"
fi
