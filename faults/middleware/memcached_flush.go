package middleware

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Flush is memcached.flush: a memcached forgets all that it holds, as one that is
// restarted does, and goes on serving. Nothing takes that back, and nothing has
// to: a cache is there to be lost, and whoever asks it fills it again. Keystone
// and the services validate each token anew and ask the database for it; where
// Horizon keeps its sessions there, everybody is logged out.
//
// What flush_all does, and what the statistics count:
// https://github.com/memcached/memcached/blob/master/doc/protocol.txt
// What Keystone keeps in it: https://docs.openstack.org/keystone/latest/admin/configuration.html#caching-layer
// What Horizon may: https://docs.openstack.org/horizon/latest/admin/sessions.html
type Flush struct {
	Watch time.Duration `yaml:"watch" help:"for how long it is counted what is asked of the empty cache (default 10s, at most 60s)"`
}

// NewFlush returns the defaults.
func NewFlush() *Flush { return &Flush{Watch: 10 * time.Second} }

// Momentary tells that the effect passes by itself.
func (*Flush) Momentary() bool { return true }

// Validate refuses what is not to be watched, or for longer than anybody waits.
func (f *Flush) Validate() error { return faults.CheckWatch(f.Watch) }

// Sizes are how many items are lost.
func (f *Flush) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "lost", Unit: "items", Seen: `^(\d+) items are lost`},
	}
}

// Scripts returns the steps for memcached as a systemd unit, that is reached
// without a login at the node's address and the service's port.
func (f *Flush) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := f.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check memcached.flush: %w", err)
	}
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	if target.Service.Port == 0 {
		return faults.Scripts{}, errors.New("check memcached.flush: the inventory gives the service no port")
	}
	common := text("memcached_flush.sh", "active.sh", "memcached.sh")
	return faults.Scripts{
		Args:        []string{unit, target.ID, target.Node.Listen, strconv.Itoa(target.Service.Port), strconv.Itoa(int(f.Watch.Seconds()))},
		Tools:       append([]string{"systemctl", "systemd-run", "nc", "tr", "grep", "cut", "sleep", "date"}, inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("memcached_flush_preflight.sh", "watch_preflight.sh"),
		Fingerprint: common + text("memcached_flush_fingerprint.sh"),
		Prepare:     program(text("memcached.sh", "memcached_flush_program.sh")),
		Inject:      common + text("watch.sh", "memcached_flush_inject.sh"),
		Observe:     common + text("memcached_flush_observe.sh"),
		Undo:        script.Gone() + common + text("watch.sh", "watch_undo.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"memcached:" + unit},
	}, nil
}
