package lab

import (
	"context"
	"fmt"
	"strings"
)

// tellRestarts says which units systemd has started again because they had
// ended: the cloud is well by now, and it was not by itself. It is no failure.
func tellRestarts(ctx context.Context, o Options, profile *Profile) {
	for _, n := range profile.Nodes {
		text, err := onNode(limit(ctx), o.paths(), n.Name, "systemctl show --property=Id,NRestarts '*.service'")
		if err != nil {
			o.Progress("restarts", fmt.Sprintf("of units on %s: unknown: %v", n.Name, err))
			continue
		}
		if again := restarts(text); len(again) > 0 {
			o.Progress("restarts", fmt.Sprintf("on %s systemd has started again since its boot: %s", n.Name, strings.Join(again, ", ")))
		}
	}
}

// restarts reads systemctl's properties, a paragraph a unit.
func restarts(text string) []string {
	var again []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var unit, times string
		for line := range strings.Lines(paragraph) {
			switch key, value, _ := strings.Cut(strings.TrimSpace(line), "="); key {
			case "Id":
				unit = value
			case "NRestarts":
				times = value
			}
		}
		switch times {
		case "", "0":
		case "1":
			again = append(again, unit+" once")
		default:
			again = append(again, unit+" "+times+" times")
		}
	}
	return again
}
