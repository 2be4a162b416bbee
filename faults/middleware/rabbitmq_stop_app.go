package middleware

import "github.com/openstack-eris/eris/faults"

// StopApp is rabbitmq.stop_app: a member of a RabbitMQ cluster stops serving while
// its process, its cluster's Erlang nodes and its unit are well, as before a reset
// or an upgrade. Its clients connect to other members and stay there when it is
// back; its replicas of quorum queues stand still, so that it counts as down.
//
// What the command does: https://www.rabbitmq.com/docs/man/rabbitmqctl.8#stop_app
// What quorum queues need: https://www.rabbitmq.com/docs/quorum-queues#behaviour
type StopApp struct{}

// Scripts returns the steps for RabbitMQ as a systemd unit, that listens on the
// service's port.
func (*StopApp) Scripts(target faults.Target) (faults.Scripts, error) {
	common := text("rabbitmq.sh", "active.sh")
	s, err := rabbitmq(target, "stop_app", common)
	s.Undo = common + text("rabbitmq_stop_app_undo.sh")
	return s, err
}
