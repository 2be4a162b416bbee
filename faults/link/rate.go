package link

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Rate is link.rate: what the client and the service say to each other goes no faster,
// in either direction, all of the client's connections together.
type Rate struct {
	Link `yaml:",inline"`
	Rate document.Bytes `yaml:"rate" help:"most that goes a second, in each direction, 1KiB to 1GiB (default 128KiB)"`
}

const (
	minRate = 1 << 10
	maxRate = 1 << 30
)

// NewRate returns the defaults: a megabit.
func NewRate() *Rate { return &Rate{Rate: 128 << 10} }

// Validate refuses what names no connections, and what is no rate.
func (r *Rate) Validate() error { return errors.Join(r.check(), r.limit()) }

func (r *Rate) limit() error {
	if r.Rate < minRate || r.Rate > maxRate {
		return fmt.Errorf("rate: %s is not from %s to %s", r.Rate, document.Bytes(minRate), document.Bytes(maxRate))
	}
	return nil
}

// Sizes are how much goes.
func (r *Rate) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "rate", Unit: "bytes_per_second", Asked: new(float64(r.Rate)), Seen: ` asked, (\d+) B/s`},
	}
}

// Scripts returns the steps for a client that runs as a systemd unit.
func (r *Rate) Scripts(target faults.Target) (faults.Scripts, error) {
	rate := strconv.FormatInt(int64(r.Rate), 10)
	return r.scripts(target, effect{kind: "rate", first: rate, second: "0", share: "100", verb: "is slow", asked: rate + " B/s"}, r.limit())
}
