# program.sh DIRECTORY: as many programs as the file asked says start one that does
# nothing for each byte of a file without an end.
cd "$1" || exit 1
while [ ! -e go ]; do
	sleep 0.02
done
read -r programs <asked
while [ "$programs" -gt 0 ]; do
	xargs -0 -n 1 -a /dev/zero true &
	programs=$((programs - 1))
done
wait
ended "its programs were ended"
