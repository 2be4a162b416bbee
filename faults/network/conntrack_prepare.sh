# conntrack_prepare.sh: notes by which connection Eris came, which a unit is not told.
echo "$ERIS_SSH_CONNECTION" >way
echo "$mark" >conntrack.mark
