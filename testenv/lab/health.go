package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	return withJournals(ctx, o.paths(), err, last.sick(profile))
}

// withJournals adds the journals of the first units that have one to an error.
func withJournals(ctx context.Context, p paths, err error, of []unitsOn) error {
	shown := 0
	for _, sick := range of {
		if shown == journalsShown {
			break
		}
		if text := journal(ctx, p, sick.node, sick.units); text != "" {
			shown++
			err = &NodeError{Node: sick.node, Journal: text, Err: err}
		}
	}
	return err
}

// unitsOn are units of a node.
type unitsOn struct {
	node  string
	units []string
}

// sick lists the units behind what is not well: of a service its own, of a fact
// or a check, which a role asks, those of the role.
func (s *Status) sick(profile *Profile) []unitsOn {
	var all []unitsOn
	for _, n := range s.Nodes {
		for _, service := range n.Services {
			if service.Healthy {
				continue
			}
			for _, role := range profile.parts {
				if known, ok := role.Services[service.Name]; ok {
					all = append(all, unitsOn{n.Name, []string{known.Unit}})
				}
			}
		}
	}
	for _, b := range s.Backends {
		if !strings.HasPrefix(b.State, "UP") {
			for _, part := range slices.Sorted(maps.Keys(profile.parts)) {
				if _, ok := profile.parts[part].Balance[b.Service]; ok {
					all = append(all, unitsOn{b.Node, profile.parts[part].Units})
				}
			}
		}
	}
	if len(s.Holders) != 1 && profile.parts["keepalived"] != nil {
		all = append(all, profile.everywhere("keepalived")...)
	}
	for _, c := range s.Checks {
		part, _, _ := strings.Cut(c.Name, ".")
		if c.Healthy || profile.parts[part] == nil {
			continue
		}
		all = append(all, profile.everywhere(part)...)
	}
	for _, part := range slices.Sorted(maps.Keys(profile.parts)) {
		role := profile.parts[part]
		for name, fact := range role.Facts {
			wrong := fact.Want != "" && slices.ContainsFunc(s.Wrong, func(line string) bool { return strings.HasPrefix(line, part+"."+name+" on ") })
			if wrong {
				all = append(all, profile.everywhere(part)...)
			}
		}
	}
	return all
}

// everywhere are the units of a role on each of its nodes.
func (p *Profile) everywhere(part string) []unitsOn {
	var all []unitsOn
	for _, n := range p.nodesWith(part) {
		all = append(all, unitsOn{n.Name, p.parts[part].Units})
	}
	return all
}
