package clock

import (
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/faults"
)

// Steps that are smaller are not told from what a clock is off by itself, and
// none is longer than a day.
const (
	leastStep = 10 * time.Second
	mostStep  = 24 * time.Hour
)

// Step is clock.step: the wall clock of a node jumps, and goes on from there.
type Step struct {
	By time.Duration `yaml:"by" help:"how far the clock jumps, from 10s to 24h; back with a minus, as in -5m (default 5m)"`
}

// NewStep returns the default: five minutes ahead.
func NewStep() *Step { return &Step{By: 5 * time.Minute} }

// Validate refuses what is no step, and one of more than a day.
func (s *Step) Validate() error {
	if far := s.By.Abs(); far < leastStep || far > mostStep {
		return fmt.Errorf("by: %s is not from %s to %s, ahead or back", s.By, leastStep, mostStep)
	}
	return nil
}

// Sizes are how far the clock is off, back with a minus.
func (s *Step) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "offset", Unit: "seconds", Asked: new(s.By.Seconds()), Seen: `the clock is off by (-?\d+\.\d+) s`},
	}
}

// Scripts returns the steps for a whole node.
func (s *Step) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := s.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check clock.step: %w", err)
	}
	if err := target.WholeNode(); err != nil {
		return faults.Scripts{}, fmt.Errorf("choose clock: %w", err)
	}
	works, tools := target.Works()
	common := text("clock.sh")
	return faults.Scripts{
		Args:        []string{target.ID, strconv.FormatInt(s.By.Milliseconds(), 10)},
		Tools:       append([]string{"date", "sed", "sort"}, tools...),
		Preflight:   common + text("preflight.sh"),
		Fingerprint: common + text("fingerprint.sh"),
		Prepare:     common + text("prepare.sh"),
		Inject:      common + text("step_inject.sh"),
		Observe:     common + text("step_observe.sh"),
		Undo:        common + text("undo.sh"),
		Healthy:     works,
		Resources:   []string{"clock"},
	}, nil
}
