package command

import (
	"time"

	"github.com/openstack-eris/eris/collectors/rally"
)

// readRally makes an operation of each iteration, and of each atomic action in it of
// which Rally tells when it was, the ones within others too: an iteration may fail beside
// its actions.
func readRally(text []byte, _ time.Time) ([]step, error) {
	all, err := rally.Read(text)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, r := range all {
		for _, i := range r.Iterations {
			steps = append(steps, step{r.Scenario, i.Began, i.Began.Add(i.Duration), i.Failure()})
			for _, a := range i.Actions {
				if !a.Began.IsZero() {
					steps = append(steps, step{a.Name, a.Began, a.Began.Add(a.Duration), i.FailureOf(a)})
				}
			}
		}
	}
	return steps, nil
}
