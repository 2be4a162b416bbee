# galera_non_primary_inject.sh: who is a member may have changed since preflight. A
# database that does not know the option has nothing that an undo could take back.
set -eu
component=$(status wsrep_cluster_status) members=$(status wsrep_cluster_size)
if [ -z "$component" ] || [ -z "$members" ]; then
	echo "the database does not tell of its cluster: it may have too few members by now" >&2
	exit 1
fi
if [ "$component" != Primary ] && [ ! -e asked ]; then
	echo "this member is in no primary component but $component, and not by this fault" >&2
	exit 1
fi
if [ "$component" = Primary ] && [ "$members" -lt 3 ]; then
	echo "the cluster has $members members by now: without this one nobody would have a majority" >&2
	exit 1
fi
touch asked
if ! said=$(query "SET GLOBAL wsrep_provider_options='gmcast.isolate=1'" 2>&1); then
	case $said in
	*"ERROR 1210 "* | *"ERROR 1231 "*) touch unknown ;;
	esac
	echo "$said" >&2
	exit 1
fi
