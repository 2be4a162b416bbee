package middleware

import "github.com/openstack-eris/eris/faults"

// MemoryAlarm is rabbitmq.memory_alarm: a member is told that it may have no memory
// at all (a watermark of 0), raises its alarm, and with that every member of the
// cluster stops reading from whoever publishes. Calls between services wait until
// they give up; who only listens is not disturbed, and probes of the port see
// nothing. One member's alarm is the whole cluster's, so that no redundancy bears
// it, and the net beyond-redundancy has to be lifted.
//
// What the watermark does, 0 included: https://www.rabbitmq.com/docs/memory
// That publishers are blocked in the whole cluster: https://www.rabbitmq.com/docs/alarms
type MemoryAlarm struct{}

// SafetyNets holds back what all members suffer from.
func (*MemoryAlarm) SafetyNets(faults.Target) []string { return []string{"beyond-redundancy"} }

// Sizes are how many connections may not publish.
func (*MemoryAlarm) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "blocked", Unit: "connections", Seen: `memory alarm: (\d+) of \d+ connections`},
	}
}

// Scripts returns the steps for RabbitMQ as a systemd unit, that listens on the
// service's port.
func (*MemoryAlarm) Scripts(target faults.Target) (faults.Scripts, error) {
	common := text("rabbitmq.sh", "active.sh", "rabbitmq_watermark.sh")
	s, err := rabbitmq(target, "memory_alarm", common)
	s.Undo = common + text("rabbitmq_memory_alarm_undo.sh")
	return s, err
}
