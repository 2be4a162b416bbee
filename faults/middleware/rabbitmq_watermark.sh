# rabbitmq_watermark.sh: the term as the broker has it, which is how it is put back:
# 0.4, {absolute,400000000}, {absolute,"400MB"} or {relative,0.4}.
terms='[0-9.]*\|{[a-z]*,[0-9.]*}\|{absolute,"[0-9.A-Za-z ]*"}'

own() { # {BYTES,ALARM}: what this member may have, and whether it has an alarm for it
	control eval '{vm_memory_monitor:get_memory_limit(), lists:member({{resource_limit,memory,node()},[]}, rabbit_alarm:get_alarms())}.' 2>/dev/null
}

watermark() {
	control eval 'vm_memory_monitor:get_vm_memory_high_watermark().' 2>/dev/null
}
