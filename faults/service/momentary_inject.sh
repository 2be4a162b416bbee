# momentary_inject.sh UNIT ID VERB: notes which run of the unit it is, and has the
# verb done beside it.
set -eu
echo "$(property "$unit" InvocationID) $(property "$unit" StateChangeTimestampMonotonic) $(property "$unit" MainPID)" >was
begin "$unit" "$name"
