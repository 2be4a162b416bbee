package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// The tools, and the two ways to ask os-faults.
const (
	eris       = "eris"
	named      = "os-faults, its nodes named"
	discovered = "os-faults, its nodes discovered"
)

// tool strikes once.
type tool struct {
	name   string
	strike func(ctx context.Context) (strike, error)
}

// strike is one kill on all nodes.
type strike struct {
	begun    time.Time // of what the tool does for this strike, before the command too
	command  time.Time
	struck   []time.Time // on each node
	returned time.Time   // of the call
}

// last is the time from the command until the last node was struck.
func (s strike) last() time.Duration {
	return slices.MaxFunc(s.struck, time.Time.Compare).Sub(s.command)
}

// whole is last with what the tool did before the command.
func (s strike) whole() time.Duration { return s.last() + s.command.Sub(s.begun) }

// apart keeps strikes from systemd's limit of 5 starts in 10 s.
const apart = 3 * time.Second

// measure lets each tool strike once a round, a different one first each time.
func measure(ctx context.Context, p *place, tools []tool, rounds int, progress io.Writer) (map[string][]strike, error) {
	results := map[string][]strike{}
	for round := range rounds {
		for turn := range tools {
			t := tools[(round+turn)%len(tools)]
			if err := pause(ctx, apart); err != nil {
				return nil, err
			}
			if err := p.up(ctx); err != nil {
				return nil, err
			}
			s, err := t.strike(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			if s.struck, err = p.deaths(ctx, s.command); err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			results[t.name] = append(results[t.name], s)
			fmt.Fprintf(progress, "round %d: %s:", round+1, t.name)
			for n, node := range p.nodes {
				fmt.Fprintf(progress, " %s %s", node.Name, ms(s.struck[n].Sub(s.command)))
			}
			fmt.Fprintln(progress)
		}
	}
	return results, nil
}
