package lab

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	healthTimeout = 4 * time.Minute // from the last node's boot: a cold cloud takes up to two on two cores
	healthPause   = 2 * time.Second // between two looks at all of it, some hundred processes each
)

// waitHealthy waits until nothing is wrong, and says now and then what still
// is. Its error names that, with the journals of the first services concerned.
func waitHealthy(ctx context.Context, o Options, profile *Profile) error {
	limited, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	var last Status
	n := newNews(o.about("health"))
	err := poll(limited, "health of lab "+o.Name, healthPause, func() error {
		s, err := probe(limited, o, profile)
		if err != nil || limited.Err() != nil { // what was cut off says nothing of the lab
			return err
		}
		last = s
		if s.Healthy {
			return nil
		}
		n.still("health", fmt.Errorf("%d things are not well: %s", len(s.Wrong), s.Wrong[0]))
		return errors.New(strings.Join(s.Wrong, "; "))
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	return withJournals(ctx, o.paths(), profile, err, last.sick(&renderer{name: o.Name, profile: profile}), journalsShown)
}
