# program.sh ID FILTER AT PEERS SECONDS WHAT CONTROLLER: looks for a while until there
# are as many connections as there were.
cd "/run/eris/$id" || exit 1
ERIS_CONTROLLER=$7
many=$(wc -l <was)
left=$(still)
begun=$(moment)
while :; do
	looked=$(moment)
	passed=$((${looked#* } - ${begun#* }))
	now=$(chosen | wc -l)
	if [ "$now" -ge "$many" ] || [ "$passed" -ge $((seconds * 1000)) ]; then
		break
	fi
	sleep 0.1
done
ended "$((many - left)) of $many connections $what were ended; $passed ms later $now were established" "$looked"
