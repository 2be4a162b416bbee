package link

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/faults"
)

// Delay is link.delay: what the client says comes later, in its order, and so does
// each answer to it. That it is connected, and what the service says first of itself,
// is not late.
type Delay struct {
	Link   `yaml:",inline"`
	Delay  time.Duration `yaml:"delay" help:"how late it comes, 1ms to 2s (default 100ms)"`
	Jitter time.Duration `yaml:"jitter" help:"how much earlier or later than that, drawn for each piece"`
}

// maxDelay is how late the client may be made: the effect is seen by waiting for an
// answer, while nothing else may be done to the fault.
const maxDelay = 2 * time.Second

// NewDelay returns the defaults: a tenth of a second.
func NewDelay() *Delay { return &Delay{Delay: 100 * time.Millisecond} }

// Validate refuses what names no connections, and what is no delay.
func (d *Delay) Validate() error { return errors.Join(d.check(), d.times()) }

func (d *Delay) times() error {
	var wrong []error
	if d.Delay < time.Millisecond || d.Delay+d.Jitter > maxDelay {
		wrong = append(wrong, fmt.Errorf("delay: %s is not from 1ms to %s, with its jitter", d.Delay, maxDelay))
	}
	if d.Jitter < 0 || d.Jitter > d.Delay {
		wrong = append(wrong, fmt.Errorf("jitter: %s is not from 0s to the delay, %s", d.Jitter, d.Delay))
	}
	return errors.Join(wrong...)
}

// Sizes are how late it comes.
func (d *Delay) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "delay", Unit: "seconds", Asked: new(d.Delay.Seconds()), Seen: ` asked, (\d+) ms`, Scale: 0.001},
	}
}

// Scripts returns the steps for a client that runs as a systemd unit.
func (d *Delay) Scripts(target faults.Target) (faults.Scripts, error) {
	asked := milliseconds(d.Delay) + " ms"
	if d.Jitter > 0 {
		asked += " ± " + milliseconds(d.Jitter) + " ms"
	}
	return d.scripts(target, effect{
		kind: "delay", first: milliseconds(d.Delay), second: milliseconds(d.Jitter), share: "100", verb: "comes late", asked: asked,
	}, d.times())
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
