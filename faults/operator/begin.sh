# Above this stand the step and the interpreter of the operator's own script, and
# below it the script as a document that is written to $own, and end.sh.
set -u
export ERIS_STEP="$step" ERIS_ID="$1" ERIS_NODE="$2" ERIS_ADDRESS="$3" ERIS_SERVICE="$4" ERIS_UNIT="$5"
export ERIS_TOUCHED="${ERIS_TOUCHED:-no}" ERIS_CONTROLLER="${ERIS_CONTROLLER:-}"
shift 5

# The fault's own folder is there from arming on. Who comes before has one for
# this step alone.
folder=/run/eris/$ERIS_ID
alone=
if [ ! -d "$folder" ]; then
	mkdir -p -m 0700 /run/eris
	folder=$(mktemp -d "/run/eris/$ERIS_ID.XXXXXX") || exit 1
	alone=$folder
fi
cd "$folder" || exit 1
own=$(mktemp "$folder/own-$step.XXXXXX") || exit 1
