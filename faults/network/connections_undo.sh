# connections_undo.sh: there is nothing to put back; what looked on ends.
gone "$beside" || exit 1
rm -f program.sh was was.new killed asked ended ended.new
