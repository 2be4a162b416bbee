# flood_undo.sh ID ...: ends the unit that sends.
gone "eris-$1-flood.service" || exit 1
rm -f program.sh ended ended.new
