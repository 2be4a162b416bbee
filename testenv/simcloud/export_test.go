package simcloud

import (
	"context"
	"time"
)

// Message asks for the message queue as nova-api on a node does.
func (c *Cloud) Message(node string) error {
	for _, b := range c.services["nova-api"].backends {
		if b.Name() == node {
			return b.Message(context.Background())
		}
	}
	panic("no nova-api on " + node)
}

// Computed is how long all requests so far computed, on all nodes together, by
// the model: what it comes to on the clock depends on this machine as well.
func (c *Cloud) Computed() time.Duration {
	sum := time.Duration(0)
	for _, m := range c.machines {
		m.load.mu.Lock()
		sum += m.load.busy
		m.load.mu.Unlock()
	}
	return time.Duration(float64(sum) / cpuShare)
}

// LookGuests has those servers answer that are to, as the cloud does by itself.
func (c *Cloud) LookGuests() error { return c.lookGuests(time.Now()) }
