package scenarios

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/openstack-eris/eris/loadgen"
)

// drawn is the scenario with every random start at its moment: from the run's
// seed, through a stream named after the fault, or as an earlier plan drew it.
// The budget is then made up for what will be, and not for all that might.
func (s *Spec) drawn(seed int64, replay *Plan) (*Spec, error) {
	drawn := *s
	drawn.Faults = slices.Clone(s.Faults)
	var wrong []error
	for i, f := range drawn.Faults {
		if f.Start.Random == 0 {
			continue
		}
		at := time.Duration(Stream(seed, "start/"+f.Name).Int64N(int64(f.Start.Random))).Truncate(time.Millisecond)
		if replay != nil {
			earlier := replay.FaultByName(f.Name)
			if earlier == nil {
				continue // told when its targets are chosen
			}
			if at = earlier.Earliest; at < 0 || at > f.Start.Random {
				wrong = append(wrong, errors.New(f.Name+": the plan that is to be repeated started it at another time than it can start now"))
			}
		}
		copied := *f
		copied.Start.At = at
		drawn.Faults[i] = &copied
	}
	return &drawn, errors.Join(wrong...)
}

// Stream is a random stream of the run's seed, by the name of who draws.
func Stream(seed int64, name string) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(loadgen.StreamSeed(seed, name)), 0))
}
