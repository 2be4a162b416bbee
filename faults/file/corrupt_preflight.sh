# corrupt_preflight.sh: has it the bytes that are to be changed, and is there room
# for another one?
if [ "$size" -le "$offset" ]; then
	echo "$path has $size bytes: at $offset there is nothing to change"
	exit 1
fi
free=$(df -Pk "$at" | tail -n 1 | (read -r device all used free rest && echo "$free"))
if [ "$free" -lt $((size / 1024 + 1024)) ]; then
	echo "$at has $free KiB left: a second file of $size bytes needs more"
	exit 1
fi
