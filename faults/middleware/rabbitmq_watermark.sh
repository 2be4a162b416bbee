# rabbitmq_watermark.sh: the term as the broker has it, which is how it is put back:
# 0.4, {absolute,400000000}, {absolute,"400MB"} or {relative,0.4}.
terms='[0-9.]*\|{[a-z]*,[0-9.]*}\|{absolute,"[0-9.A-Za-z ]*"}'

watermark() {
	control eval 'vm_memory_monitor:get_vm_memory_high_watermark().' 2>/dev/null
}
