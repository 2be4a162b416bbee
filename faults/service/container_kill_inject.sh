# container_kill_inject.sh NAME ID SIGNAL KEEP: the engine is asked to kill what is
# to stay down; what may come back is struck without its knowing.
set -eu
signal=$3 keep=$4
if [ "$keep" = true ]; then
	hold
	if [ "$status" = running ]; then
		engine kill --signal "$signal" "$key" >/dev/null
	fi
elif [ ! -e killed ]; then
	echo "$pid" >killed
	if ! crash "$signal"; then
		echo "$name has no process that is seen to be its own"
		exit 1
	fi
fi
