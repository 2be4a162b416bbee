# program.sh ID FILTER AT PEERS SECONDS WHAT CONTROLLER: looks for a while until there
# are as many connections as there were.
cd "/run/eris/$id" || exit 1
ERIS_CONTROLLER=$7
had=$(wc -l <was)
left=$(still) || left=
begun=$(moment)
while :; do
	looked=$(moment)
	passed=$((${looked#* } - ${begun#* }))
	now=$(many) || now=
	if [ "${now:-0}" -ge "$had" ] || [ "$passed" -ge $((seconds * 1000)) ]; then
		break
	fi
	sleep 0.1
done
if [ -z "$left" ] || [ -z "$now" ]; then
	ended "of $had connections $what nobody could tell how many were ended: ss fails" "$looked"
	exit
fi
ended "$((had - left)) of $had connections $what were ended; $passed ms later $now were established" "$looked"
