# cpu_load.sh ID NAME BOUNDS SHARE WORKERS WEIGHT RAMP: how many programs, and what
# all of them may have together, in percent of one processor.
share=$4 workers=$5 weight=$6 ramp=$7
processors=$(nproc)
if [ "$workers" = 0 ]; then
	workers=$processors
fi
most=$((share * workers))
