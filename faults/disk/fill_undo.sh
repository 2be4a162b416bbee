# fill_undo.sh: removes the fault's own file, and nothing else.
rm -f "$file"
