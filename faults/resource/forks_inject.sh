# forks_inject.sh: notes what the node starts without it. One of its programs is
# never more than itself, who waits for it and the one that it starts.
set -eu
tasks=$((programs * 2 + 8))
if [ ! -e usual ]; then
	pace 0.2 >usual.new
	mv usual.new usual
fi
