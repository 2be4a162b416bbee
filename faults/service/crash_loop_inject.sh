# crash_loop_inject.sh UNIT ID NAME SIGNAL PAUSE: kills it for the first time, and
# again each time that it has run for that long.
set -eu
begin "$unit" "$4" "$5"
