# galera_desync_undo.sh: a database that starts anew has what its configuration says.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || ! grep -q -x 'wsrep_desync=OFF' before; then
	exit 0
fi
case $(desync) in
ON) query "SET GLOBAL wsrep_desync=OFF" ;;
OFF) ;;
*)
	if active; then
		echo "the database does not answer" >&2
		exit 1
	fi
	;;
esac
