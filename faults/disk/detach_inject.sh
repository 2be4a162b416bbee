# detach_inject.sh: nobody uses it since it was armed, and the kernel forgets it.
set -eu
read -r at <was
if name=$(block "$at"); then
	spare "$name"
	: >struck
	lasting struck
	echo 1 >"/sys/bus/scsi/devices/$at/delete"
elif [ ! -e struck ]; then
	echo "$device went away since the fault was armed"
	exit 1
fi
