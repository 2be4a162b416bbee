# galera_non_primary_undo.sh: a database that starts anew hears the others.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ -e unknown ] || ! active; then
	exit 0
fi
query "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'"
