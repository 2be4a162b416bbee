# container_restart_inject.sh NAME ID VERB: notes which run of the container it is,
# and has it restarted beside it.
set -eu
verb=$3
choose
look
if [ "$key" != "$(before Id)" ]; then
	echo "$name is another container than it was when the fault was armed"
	exit 1
fi
echo "$pid $started" >was
room=256M # the engine's program works in it
begin "$name" "$id" "$verb" "$(before Keeper)"
