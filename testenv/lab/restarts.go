package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// tellRestarts says which units systemd has started again because they had
// ended, and which processes were replaced since they hung: the cloud is well by
// now, and it was not by itself. It is no failure.
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
		workers, err := hungOn(ctx, o, n.Name)
		if err != nil {
			o.Progress("restarts", fmt.Sprintf("of workers on %s: unknown: %v", n.Name, err))
		}
		for _, word := range workers {
			o.Progress("restarts", word)
		}
	}
}

// hungScript prints of every log of a uwsgi how many of its workers were replaced,
// since it was last started, because they kept a request for good (harakiri).
const hungScript = `for log in $(sed -n 's/^logto = //p' /etc/*/*uwsgi.ini 2>/dev/null); do
[ ! -e "$log" ] || awk -v name="$log" '/^[*][*][*] Starting uWSGI/ {n = 0} /[*][*][*] HARAKIRI ON WORKER/ {n++} END {if (n) print name, n}' "$log"
done`

// Hung names the services of a lab that is up of which a process runs and does not
// answer: since their node's boot, until it was replaced, or now, where one keeps a
// request for 15 s. The cloud may be well all the same, since others answer, and it is
// not by itself.
func Hung(ctx context.Context, o Options) ([]string, error) {
	o, profile, err := openLab(o)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, n := range profile.Nodes {
		some, err := hungOn(ctx, o, n.Name)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	holding := make([][]string, len(profile.Nodes))
	group, groupCtx := errgroup.WithContext(ctx)
	for i, n := range profile.Nodes { // at once, since each takes its time where something is under way
		group.Go(func() error {
			kept, err := keptOn(groupCtx, o.paths(), n.Name, keptFor)
			for _, k := range kept {
				holding[i] = append(holding[i], k.on(n.Name))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return append(all, slices.Concat(holding...)...), nil
}

func hungOn(ctx context.Context, o Options, node string) ([]string, error) {
	text, err := onNode(limit(ctx), o.paths(), node, hungScript)
	if err != nil {
		return nil, fmt.Errorf("look for workers that hung on %s: %w", node, err)
	}
	return hung(node, text), nil
}

// hung reads the lines of hungScript.
func hung(node, text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if log, times, found := strings.Cut(strings.TrimSpace(line), " "); found {
			all = append(all, fmt.Sprintf("%s of %s: workers that hung and were replaced: %s", log, node, times))
		}
	}
	return all
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
