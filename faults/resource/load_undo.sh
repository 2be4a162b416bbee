# load_undo.sh: ends the unit, and takes away what it had.
rm -f go program.sh asked taken taken.new reached reached.new said ended ended.new
gone "$unit" || exit 1
rmdir memory 2>/dev/null || true
