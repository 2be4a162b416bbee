package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/testenv/lab"
)

// cacheParent is where a cache folder of our own is made: not in /tmp, which may be
// in memory, and whose mounts forbid what an image has.
const cacheParent = "/var/cache"

// way is one way to start a lab.
type way struct {
	start    func(ctx context.Context, o lab.Options) error // returns when the lab is healthy
	standing bool                                           // of a lab that is up
	ownCache bool                                           // which is emptied before each start
}

func ways() map[string]way {
	fresh := func(ctx context.Context, o lab.Options) error {
		o.Fresh = true
		return lab.Up(ctx, o)
	}
	return map[string]way{
		"power":    {start: fromPower, standing: true},
		"snapshot": {start: lab.Reset, standing: true},
		"image":    {start: fresh, standing: true},
		"nothing":  {start: fresh, ownCache: true},
	}
}

// before is what is done before a start and is no part of it.
func (w way) before(o lab.Options) func(context.Context) error {
	if !w.ownCache {
		return func(context.Context) error { return nil }
	}
	return func(ctx context.Context) error {
		if err := lab.Down(ctx, o); err != nil {
			return err
		}
		return os.RemoveAll(o.CacheDir)
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
		err = fmt.Errorf("healthy, and not by itself: %s", strings.Join(hung, "\n"))
	}
	return err
}

// result is one start.
type result struct {
	took time.Duration
	err  error // nil: a healthy cloud
}

// trial is one start, with what comes before and after it and is no part of its time.
type trial struct {
	before, start, after func(context.Context) error
	within               time.Duration // 0: however long it takes
}

// repeat starts count times, until ctx ends, or with untilFailure until one
// fails. What was cut off by the end of ctx is no result.
func repeat(ctx context.Context, count int, untilFailure bool, each trial) []result {
	var all []result
	for range count {
		err := each.before(ctx)
		began := time.Now()
		if err == nil {
			err = each.start(ctx)
		}
		took := time.Since(began)
		if err == nil && each.within > 0 && took > each.within {
			err = fmt.Errorf("healthy, and not within %v", each.within)
		}
		if err == nil {
			err = each.after(ctx)
		}
		if ctx.Err() != nil {
			break
		}
		all = append(all, result{took: took, err: err})
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
