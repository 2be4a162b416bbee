# process_freeze_inject.sh NAME ID START: all of them stand still.
set -eu
if [ ! -e stopped ]; then
	armed
fi
stand stopped
