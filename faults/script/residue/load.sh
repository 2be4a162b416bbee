# What a load of a disk has written, where it goes unless told otherwise.
for left in /var/tmp/eris-*-load-io; do
	if [ -e "$left" ]; then
		found "${left##*/}" "directory $left" "rm -rf $(quote "$left")"
	fi
done
