# io_load.sh ID NAME BOUNDS DIRECTORY RATE WORKERS SIZE RESERVE RAMP: sizes in MiB, the ramp in seconds.
files=$4/eris-$id-load-io rate=$5 workers=$6 size=$7 reserve=$8 ramp=$9
