# syscall_observe.sh: the kernel says that the service's processes are traced by the
# fault's own strace, and strace what it has done. What was not met is not told as
# an effect.
main=$(ours) || exit 1
[ "${main:-0}" != 0 ] || exit 1
set -- $(traced "$main")
if [ "${1:-0}" = 0 ]; then
	exit 1
fi
who="$1 processes of $service are traced"
if [ "$2" != 0 ]; then
	who="$who, and $2 are not"
fi
how=$(met) || exit 1
case $how in
no\ *) how="armed, but they have made $how" ;;
esac
echo "$who: $how"
