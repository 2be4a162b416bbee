package lab

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Write tells the status in words: what is wrong first, then a line a node.
func (s Status) Write(w io.Writer) error {
	head := fmt.Sprintf("lab %s (profile %s): healthy\n", s.Name, s.Profile)
	if !s.Healthy {
		head = fmt.Sprintf("lab %s (profile %s): NOT healthy\n  %s\n", s.Name, s.Profile, strings.Join(s.Wrong, "\n  "))
	}
	if s.Outdated != "" {
		head += fmt.Sprintf("  %s; %v\n", s.Outdated, ErrOutdated)
	}
	if !s.Snapshot {
		head += "  there is no snapshot of its first state: `eris lab reset` has nothing to go back to\n"
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, n := range s.Nodes {
		if !n.On {
			fmt.Fprintf(table, "  %s\t%s\toff\n", n.Name, n.Address)
			continue
		}
		var services, facts []string
		for _, service := range n.Services {
			word := service.Name
			if !service.Healthy {
				word += " FAILED"
			}
			services = append(services, word)
		}
		for _, key := range slices.Sorted(maps.Keys(n.Facts)) {
			facts = append(facts, key+"="+n.Facts[key])
		}
		used := fmt.Sprintf("up %s, %d MiB, %.0f s of CPU", time.Duration(n.UpS)*time.Second, n.Memory, n.CPUS)
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", n.Name, n.Address, used, strings.Join(services, ", "), strings.Join(facts, " "))
	}
	if s.MemoryMiB > 0 {
		fmt.Fprintf(table, "  memory	of all of it	%d MiB\n", s.MemoryMiB)
	}
	if s.Paused {
		return table.Flush()
	}
	if s.VIP != "" {
		fmt.Fprintf(table, "  VIP\t%s\ton %s\n", s.VIP, strings.Join(s.Holders, ", "))
	}
	up := map[string]int{}
	for _, b := range s.Backends {
		if strings.HasPrefix(b.State, "UP") {
			up[b.Service]++
		} else {
			up[b.Service] += 0
		}
	}
	for _, service := range slices.Sorted(maps.Keys(up)) {
		fmt.Fprintf(table, "  haproxy\t%s\t%d backends up\n", service, up[service])
	}
	for _, c := range s.Checks {
		word := "good"
		if !c.Healthy {
			word = fmt.Sprintf("%d wrong", len(c.Wrong))
		}
		fmt.Fprintf(table, "  check\t%s\t%s\n", c.Name, word)
	}
	switch {
	case s.Token != nil && s.Token.Issued:
		fmt.Fprintf(table, "  token\tthrough the VIP\tissued in %d ms\n", s.Token.TookMS)
	case s.Token != nil:
		fmt.Fprintf(table, "  token\tthrough the VIP\tNOT issued: %s\n", s.Token.Why)
	}
	if err := table.Flush(); err != nil || s.Smoke == nil {
		return err
	}
	return s.Smoke.Write(w)
}
