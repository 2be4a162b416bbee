# program.sh DIRECTORY: computes on as many processors as the file asked says.
cd "$1" || exit 1
while [ ! -e go ]; do
	sleep 0.02
done
read -r workers ramp most unit <asked
if [ "$ramp" -gt 0 ]; then
	climb
fi
while [ "$workers" -gt 0 ]; do
	sha256sum /dev/zero &
	workers=$((workers - 1))
done
wait
ended "its programs were ended"
