# preflight.sh: is it a file of this node's own, that can be set aside and come back?
if [ -L "$path" ]; then
	echo "$path is a link, to $(readlink "$path"): name the file itself"
	exit 1
fi
if [ ! -e "$path" ]; then
	echo "there is no $path"
	exit 1
fi
if [ ! -f "$path" ]; then
	echo "$path is no file but a $(stat -c %F "$path")"
	exit 1
fi
mount_of "$path"
if [ "$at" = "$path" ]; then
	echo "$path is mounted by itself, so that nothing can take its place"
	exit 1
fi
why=$(unfit "$path")
if [ -n "$why" ]; then
	echo "$why"
	exit 1
fi
size=$(stat -c %s "$path")
if [ "$size" -gt "$most" ]; then
	echo "$path has $size bytes, more than the most of $most"
	exit 1
fi
for folder in $(laid 'eris-*.file'); do
	if [ "$(cat "$folder/path" 2>/dev/null)" = "$path" ]; then
		echo "$folder is left of another fault of $path; eris heal puts back what is in it"
		exit 1
	fi
done
# Who has it open for writing? By its number among all that is open.
if [ "$open" = no ]; then
	number=$(stat -c %d:%i "$path")
	printf '%s\n' /proc/[0-9]*/fd/* | xargs stat -L -c '%d:%i %n' 2>/dev/null | grep "^$number " | (
		while read -r number descriptor; do
			if grep -q -s '^flags:[[:space:]]*[0-7]*[12]$' "${descriptor%/fd/*}/fdinfo/${descriptor##*/}"; then
				pid=${descriptor#/proc/}
				pid=${pid%%/*}
				read -r program <"/proc/$pid/comm"
				echo "$program (process $pid) has $path open for writing: what it goes on writing would be in another file than the one at its place"
				exit 1
			fi
		done
	) || exit 1
fi
