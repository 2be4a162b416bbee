# inodes_undo.sh: removes the fault's own directory, and nothing else.
rm -rf "$many"
