package openstack

import (
	"errors"
	"time"
)

// Polling is the argument that workloads share that wait for what they make.
type Polling struct {
	Poll time.Duration `yaml:"poll" help:"between two questions how what is waited for is; no wait is known more exactly"`
}

// Each polls so often.
func Each(d time.Duration) Polling { return Polling{Poll: d} }

// TooOften says what is wrong with it.
func (p Polling) TooOften() error {
	if p.Poll < 10*time.Millisecond {
		return errors.New("poll: must be 10ms or more")
	}
	return nil
}
