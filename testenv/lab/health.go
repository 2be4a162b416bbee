package lab

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// How long health is waited for: a cold cloud takes up to two minutes on two cores that are its
// own, and longer beside other work. As long as it comes nearer it is waited for.
const (
	healthStill = 4 * time.Minute  // since there was less wrong than ever before
	healthMost  = 12 * time.Minute // in all
	healthPause = 2 * time.Second  // between two looks at all of it, some hundred processes each
)

// waitHealthy waits until nothing is wrong, and says now and then what still
// is. Its error names that, with the journals of the first services concerned.
func waitHealthy(ctx context.Context, o Options, profile *Profile) error {
	last, err := untilHealthy(ctx, o, func(ctx context.Context) (Status, error) { return probe(ctx, o, profile) })
	if err == nil || ctx.Err() != nil {
		return err
	}
	return withJournals(ctx, o.paths(), profile, err, last.sick(&renderer{name: o.Name, profile: profile}), journalsShown)
}

// untilHealthy looks until nothing is wrong, it has come no nearer for too long, or took too long
// in all. It returns what it saw last.
func untilHealthy(ctx context.Context, o Options, look func(context.Context) (Status, error)) (last Status, err error) {
	limited, cancel := context.WithTimeout(ctx, healthMost)
	defer cancel()
	n := newNews(o.about("health"))
	fewest, since := -1, time.Now()
	for {
		s, err := look(limited)
		switch {
		case limited.Err() != nil: // what was cut off says nothing of the lab
		case err == nil && s.Healthy:
			return s, nil
		case err == nil:
			last, err = s, errors.New(strings.Join(s.Wrong, "; "))
			if fewest < 0 || len(s.Wrong) < fewest {
				fewest, since = len(s.Wrong), time.Now()
			}
			n.still("health", fmt.Errorf("%d things are not well: %s", len(s.Wrong), s.Wrong[0]))
		}
		if time.Since(since) >= healthStill && limited.Err() == nil {
			return last, fmt.Errorf("health of lab %s: for %v there has not been less wrong: %w", o.Name, healthStill, err)
		}
		select {
		case <-time.After(healthPause):
		case <-limited.Done():
			return last, fmt.Errorf("wait for health of lab %s: %w (last: %s)", o.Name, limited.Err(), strings.Join(last.Wrong, "; "))
		}
	}
}
