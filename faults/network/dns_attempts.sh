# The attempts of what follows are the resolvers.
set -- "$1" "$2" "$3" "$4" "$5" "$(resolvers "$6")" "$7"
