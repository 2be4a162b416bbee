# memcached_flush_inject.sh: what it held is noted first, and a second inject sees
# that the first was through.
set -eu
if [ ! -e was ]; then
	tell stats >was.new
	grep -q '^STAT cmd_flush ' was.new
	mv was.new was
fi
tell stats >now
if ! grep -q '^STAT cmd_flush ' now; then
	echo "memcached does not answer" >&2
	exit 1
fi
if [ "$(figure now cmd_flush)" -le "$(figure was cmd_flush)" ]; then
	[ "$(tell flush_all)" = OK ]
fi
watch "$unit" "$address" "$port" "$seconds"
