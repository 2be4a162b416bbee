# rabbitmq_memory_alarm_undo.sh: a broker that starts anew has what its configuration
# says, and one that was told something else meanwhile keeps that.
set -eu
if [ "$ERIS_TOUCHED" != yes ] || [ ! -e watermark ] || ! active; then
	exit 0
fi
has=$(watermark) || has=
case $has in
0 | 0.0) ;;
'')
	echo "the broker does not tell its watermark" >&2
	exit 1
	;;
*) exit 0 ;;
esac
[ "$(control eval "vm_memory_monitor:set_vm_memory_high_watermark($(cat watermark)).")" = ok ]
