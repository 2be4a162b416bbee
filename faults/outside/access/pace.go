package access

import (
	"time"

	"github.com/openstack-eris/eris/faults/outside"
)

// askEvery is how often a worker asks again: each time is a login.
const askEvery = time.Second

// Pace keeps bad news until it may be asked for again.
type Pace struct {
	again time.Duration // not before this uptime
	wrong error
}

// Early is the bad news as long as it is too early to ask again.
func (p *Pace) Early() error {
	if p.wrong != nil && outside.Uptime() < p.again {
		return p.wrong
	}
	return nil
}

// Keep keeps what an answer was, and returns it.
func (p *Pace) Keep(err error) error {
	p.wrong, p.again = err, outside.Uptime()+askEvery
	return err
}
