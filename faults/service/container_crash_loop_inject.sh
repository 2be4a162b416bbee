# container_crash_loop_inject.sh NAME ID CRASH SIGNAL PAUSE: kills it for the first
# time, and again each time that it has run for that long.
set -eu
room=256M # the engine's program works in it
begin "$unit" "$4" "$5"
