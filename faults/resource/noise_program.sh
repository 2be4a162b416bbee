# program.sh DIRECTORY: as many pairs as the file asked says hand a byte to and fro.
# Who begins a pair keeps its first way open: without a writer it would end.
cd "$1" || exit 1
pair() {
	mkfifo "to.$1" "fro.$1" || return
	dd bs=1 "if=to.$1" "of=fro.$1" status=none &
	dd bs=1 "if=fro.$1" "of=to.$1" status=none &
	{
		printf x
		wait
	} >"to.$1"
}
while [ ! -e go ]; do
	sleep 0.02
done
read -r pairs <asked
while [ "$pairs" -gt 0 ]; do
	pair "$pairs" &
	pairs=$((pairs - 1))
done
wait
ended "its programs were ended"
