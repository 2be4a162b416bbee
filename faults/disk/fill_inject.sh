# fill_inject.sh: takes the room at once where the file system can, and keeps
# what is there when it is called again.
set -eu
umask 077
left=$(free)
if [ ! -e "$file" ] && [ "$left" -gt "$leave" ]; then
	# What describes a large file takes room too: it is tried again with a little
	# less, some times.
	tries=20
	take=$((left - leave))
	until fallocate -l "${take}KiB" "$file"; do
		rm -f "$file"
		tries=$((tries - 1))
		if [ "$tries" = 0 ]; then
			exit 1
		fi
		take=$((take - take / 200 - 1))
	done
fi
