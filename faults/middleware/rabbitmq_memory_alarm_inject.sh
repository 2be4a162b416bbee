# rabbitmq_memory_alarm_inject.sh: what it had is noted once, before it is changed.
set -eu
if [ ! -e watermark ]; then
	watermark >watermark.new
	grep -q -x "$terms" watermark.new
	mv watermark.new watermark
fi
control set_vm_memory_high_watermark 0 >&2
