package lab

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	healthTimeout = 4 * time.Minute  // from the last node's boot: a cold cloud takes up to two on two cores
	healthNews    = 15 * time.Second // how often it is said what is waited for
	healthPause   = 2 * time.Second  // between two looks at all of it, some hundred processes each
	journalsShown = 3                // of services that are not well, in an error
)

// waitHealthy waits until nothing is wrong, and says now and then what still
// is. Its error names that, with the journals of the first services concerned.
func waitHealthy(ctx context.Context, o Options, profile *Profile) error {
	limited, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	var last Status
	told := time.Now()
	err := poll(limited, "health of lab "+o.Name, healthPause, func() error {
		s, err := probe(limited, o, profile)
		if err != nil || limited.Err() != nil { // what was cut off says nothing of the lab
			return err
		}
		last = s
		if s.Healthy {
			return nil
		}
		if time.Since(told) >= healthNews {
			told = time.Now()
			o.Progress("health", fmt.Sprintf("waiting, %d things are not well: %s", len(s.Wrong), s.Wrong[0]))
		}
		return errors.New(strings.Join(s.Wrong, "; "))
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	shown := 0
	for _, sick := range last.sick(profile) {
		text := journal(ctx, o.paths(), sick.node, []string{sick.unit})
		if text == "" || shown == journalsShown {
			continue
		}
		shown++
		err = &NodeError{Node: sick.node, Journal: text, Err: err}
	}
	return err
}

// unitOn is a unit of a node.
type unitOn struct{ node, unit string }

// sick lists the units behind the services that are not well.
func (s *Status) sick(profile *Profile) []unitOn {
	var all []unitOn
	for _, n := range s.Nodes {
		for _, service := range n.Services {
			if service.Healthy {
				continue
			}
			for _, role := range profile.parts {
				if known, ok := role.Services[service.Name]; ok {
					all = append(all, unitOn{n.Name, known.Unit})
				}
			}
		}
	}
	return all
}
