package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/testenv/lab"
)

// way is one way to start a lab that is up. It returns when the lab is healthy.
type way func(ctx context.Context, o lab.Options) error

func ways() map[string]way {
	return map[string]way{
		"power":    fromPower,
		"snapshot": lab.Reset,
		"nothing": func(ctx context.Context, o lab.Options) error {
			o.Fresh = true
			return lab.Up(ctx, o)
		},
	}
}

// fromPower takes the power of every node away at once, and brings the lab up.
func fromPower(ctx context.Context, o lab.Options) error {
	status, err := lab.ReadStatus(ctx, o)
	if err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	for _, n := range status.Nodes {
		group.Go(func() error { return lab.PowerOff(groupCtx, o, n.Name) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return lab.Up(ctx, o)
}

// wedged is the error of a start after which workers were found that had hung.
func wedged(hung []string, err error) error {
	if err == nil && len(hung) > 0 {
		err = fmt.Errorf("healthy since what hung was replaced: %s", strings.Join(hung, "\n"))
	}
	return err
}

// result is one start.
type result struct {
	took time.Duration
	err  error // nil: a healthy cloud
}

// repeat starts count times, until ctx ends, or with untilFailure until one
// fails. What was cut off by the end of ctx is no result.
func repeat(ctx context.Context, count int, untilFailure bool, start func(context.Context) error) []result {
	var all []result
	for range count {
		began := time.Now()
		err := start(ctx)
		if ctx.Err() != nil {
			break
		}
		all = append(all, result{took: time.Since(began), err: err})
		if err != nil && untilFailure {
			break
		}
	}
	return all
}

func failed(results []result) int {
	n := 0
	for _, r := range results {
		if r.err != nil {
			n++
		}
	}
	return n
}

// table prints a line a start, and the sum: of those wanted how many were
// healthy, and the quickest, the middle and the slowest of these.
func table(w io.Writer, wanted int, results []result) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "start\tseconds\tcloud")
	var healthy []time.Duration
	for i, r := range results {
		says := "healthy"
		if r.err != nil {
			says = "NOT healthy: " + strings.ReplaceAll(r.err.Error(), "\n", "\n\t\t")
		} else {
			healthy = append(healthy, r.took)
		}
		fmt.Fprintf(out, "%d\t%.1f\t%s\n", i+1, r.took.Seconds(), says)
	}
	_ = out.Flush()
	fmt.Fprintf(w, "%d of %d starts ended in a healthy cloud", len(healthy), wanted)
	if len(healthy) > 0 {
		slices.Sort(healthy)
		fmt.Fprintf(w, ", in %.1f s at least, %.1f s in the middle, %.1f s at most",
			healthy[0].Seconds(), healthy[len(healthy)/2].Seconds(), healthy[len(healthy)-1].Seconds())
	}
	if left := wanted - len(results); left > 0 {
		fmt.Fprintf(w, "; %d were not made", left)
	}
	fmt.Fprintln(w)
}
