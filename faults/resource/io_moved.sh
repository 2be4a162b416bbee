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

