# io_load.sh ID NAME BOUNDS DIRECTORY RATE WORKERS SIZE RESERVE: sizes in MiB.
files=$4/eris-$id-load-io rate=$5 workers=$6 size=$7 reserve=$8

moved() { # bytes that the unit's processes have read and written so far
	sum=0
	if list=$(listed "$(systemctl show "$unit" -p ControlGroup --value)"); then
		while read -r pid; do
			for bytes in $(sed -n 's/^\(read\|write\)_bytes: //p' "/proc/$pid/io" 2>/dev/null); do
				sum=$((sum + bytes))
			done
		done <"$list"
	fi
	echo "$sum"
}

