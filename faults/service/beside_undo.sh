# beside_undo.sh: ends what runs beside the unit.
gone "$beside" || exit 1
rm -f program.sh was killed killed.new ended ended.new
