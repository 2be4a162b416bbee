package middleware

import (
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// CloseConnections is rabbitmq.close_connections: a member closes every connection
// that it has, of every virtual host. The clients of OpenStack connect again at
// once, to the same member if it serves; what was on its way is sent again or lost,
// and a call whose answer was lost waits for its time-out. It is over within
// seconds, and nothing takes it back.
//
// What the command does: https://www.rabbitmq.com/docs/man/rabbitmqctl.8#close_all_connections
// How OpenStack's clients choose the next broker (kombu_failover_strategy):
// https://docs.openstack.org/oslo.messaging/latest/configuration/opts.html
type CloseConnections struct {
	Watch time.Duration `yaml:"watch" help:"for how long it is looked at whether clients come back (default 10s, at most 60s)"`
}

// NewCloseConnections returns the defaults.
func NewCloseConnections() *CloseConnections { return &CloseConnections{Watch: 10 * time.Second} }

// Momentary tells that the effect passes by itself.
func (*CloseConnections) Momentary() bool { return true }

// Validate refuses what is not to be watched, or for longer than anybody waits.
func (c *CloseConnections) Validate() error { return faults.CheckWatch(c.Watch) }

// Sizes are how many connections are gone.
func (c *CloseConnections) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "ended", Unit: "connections", Seen: `^(\d+) of \d+ connections are gone`},
	}
}

// Scripts returns the steps for RabbitMQ as a systemd unit, that listens on the
// service's port.
func (c *CloseConnections) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := c.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check rabbitmq.close_connections: %w", err)
	}
	common := text("rabbitmq.sh", "active.sh", "rabbitmq_close_connections.sh", "rabbitmq_peers.sh")
	s, err := rabbitmq(target, "close_connections", common, target.ID, strconv.Itoa(int(c.Watch.Seconds())))
	if err != nil {
		return faults.Scripts{}, err
	}
	s.Tools = append(s.Tools, "systemd-run", "uniq", "sleep", "date")
	s.Prepare = program(text("rabbitmq_peers.sh", "rabbitmq_close_connections_program.sh"))
	s.Preflight += text("watch_preflight.sh")
	s.Inject = common + text("watch.sh", "rabbitmq_close_connections_inject.sh")
	s.Undo = script.Gone() + common + text("watch.sh", "watch_undo.sh")
	return s, nil
}
