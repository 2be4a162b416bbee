# syscall_observe.sh: the kernel says that the unit's processes are traced by the
# fault's own strace, and strace what it has done. What was not met is not told as
# an effect.
main=$(ours) || exit 1
[ "${main:-0}" != 0 ] || exit 1
set -- $(traced "$main")
if [ "${1:-0}" = 0 ]; then
	exit 1
fi
who="$1 processes of $unit are traced"
if [ "$2" != 0 ]; then
	who="$who, and $2 are not"
fi
each=
if [ "$every" != 1 ]; then
	each=", one in $every of each thread"
fi
met=$(wc -l <met) || exit 1
case $((met)) in
0) echo "$who: armed, but they have made no call yet that is to be $words ($calls$each)" ;;
100000) echo "$who: 100000 calls or more were $words ($calls$each)" ;;
*) echo "$who: $((met)) calls were $words ($calls$each)" ;;
esac
