# program.sh DIRECTORY UNIT ADDRESS PORT SECONDS: counts for a while what is asked
# of the empty cache.
cd "$1" || exit 1
unit=$2 address=$3 port=$4 seconds=$5
sleep "$seconds"
tell stats >last
lost="$unit lost $(figure was curr_items) items"
if [ -z "$(figure last pid)" ]; then
	ended "$lost, and did not answer $seconds s later"
	exit
fi
if [ "$(figure last pid)" != "$(figure was pid)" ]; then
	ended "$lost, and was not the same process $seconds s later"
	exit
fi
ended "$lost; in the $seconds s after it $(($(figure last get_misses) - $(figure was get_misses))) of $(($(figure last cmd_get) - $(figure was cmd_get))) gets found nothing, and it holds $(figure last curr_items) items"
