# busy.sh ID NAME BOUNDS SHARE PROGRAMS: what all of them may have together, in
# percent of one processor.
share=$4 programs=$5
processors=$(nproc)
if [ "$programs" = 0 ]; then
	programs=$processors
fi
most=$((share * processors))
