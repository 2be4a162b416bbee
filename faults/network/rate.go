package network

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Rate is network.rate: what a node sends by an interface is limited, by tbf. Who
// is held back waits for half a second at most; what would wait for longer is
// dropped. The limit is the node's alone: what it is sent is not slowed.
type Rate struct {
	Egress `yaml:",inline"`
	Rate   document.Bytes `yaml:"rate" help:"most that is sent a second (default 128KiB, which is a megabit)"`
}

// NewRate returns the defaults: a megabit of all that leaves by the interface.
func NewRate() *Rate { return &Rate{Rate: 128 << 10} }

// The limits that tbf keeps to: htb, below which it stands, has no higher one.
const (
	minRate = 1 << 10
	maxRate = 4 << 30
)

// Validate refuses what chooses no packets, and a limit that tbf does not keep.
func (r *Rate) Validate() error { return errors.Join(r.check(), r.limit()) }

func (r *Rate) limit() error {
	if r.Rate < minRate || r.Rate > maxRate {
		return fmt.Errorf("rate: %s is not from %s to %s", r.Rate, document.Bytes(minRate), document.Bytes(maxRate))
	}
	return nil
}

// Sizes are how much may be sent; how much is depends on who sends.
func (r *Rate) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "rate", Unit: "bytes_per_second", Asked: new(float64(r.Rate))},
	}
}

// Scripts returns the steps for a whole node.
func (r *Rate) Scripts(target faults.Target) (faults.Scripts, error) {
	bits := strconv.FormatInt(8*int64(r.Rate), 10)
	return r.scripts(target, queue{kind: "tbf", leaf: "rate_leaf.sh", observe: "rate_observe.sh", words: bits}, r.limit())
}
