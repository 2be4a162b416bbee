# process_freeze_inject.sh NAME ID START: all of them stand still.
set -eu
stand stopped
