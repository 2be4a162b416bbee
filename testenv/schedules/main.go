// Command schedules tries whether anything is left behind, whatever happens to
// eris and to the nodes: it draws random schedules of faults, kills of eris,
// interrupts, cuts of the network and reboots, runs each with the real program
// on an embedded cloud of its own, or one after the other on a lab that is up,
// and looks at the nodes afterwards by its own means. A schedule that fails is run again with one part less, as long as it
// still fails, and the smallest is shown.
//
//	go run ./testenv/schedules -n 1000
//	go run ./testenv/schedules -n 50 -lab NAME    # as root
//
// The seeds are those from -from on, so that a long run can be cut in parts. Exit
// code 1 when a schedule failed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	count := flag.Int("n", 1000, "how many schedules")
	from := flag.Uint64("from", 1, "the first seed")
	atOnce := flag.Int("p", 4, "how many at once, on embedded clouds")
	labName := flag.String("lab", "", "a lab that is up, in place of embedded clouds")
	flag.Parse()
	if *count < 1 || *atOnce < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	eris, remove, err := build(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "schedules: build eris:", err)
		os.Exit(1)
	}
	one := onSimulated(ctx, eris)
	if *labName != "" {
		at, err := newReal(*labName)
		if err != nil {
			remove()
			fmt.Fprintln(os.Stderr, "schedules:", err)
			os.Exit(1)
		}
		*atOnce = 1
		one = func(seed uint64, given *schedule) outcome { return try(ctx, eris, at, seed, given) }
	}
	outcomes := all(ctx, one, *from, *count, *atOnce, os.Stdout)
	failed := summary(os.Stdout, outcomes)
	for _, o := range failed {
		small := shrink(ctx, o, func(s schedule) outcome { return one(s.Seed, &s) })
		fmt.Printf("\nseed %d, at its smallest: %v\n%v\n", small.schedule.Seed, small.schedule, small.wrong)
	}
	remove()
	if len(failed) > 0 || len(outcomes) < *count {
		os.Exit(1)
	}
}

// trier tries the schedule of a seed, or the one that is given.
type trier func(seed uint64, given *schedule) outcome

// onSimulated tries each schedule on an embedded cloud of its own.
func onSimulated(ctx context.Context, eris string) trier {
	return func(seed uint64, given *schedule) outcome {
		at, err := newSimulated(ctx, seed)
		if err != nil {
			return outcome{schedule: schedule{Seed: seed}, wrong: err}
		}
		o := try(ctx, eris, at, seed, given)
		o.wrong = errors.Join(o.wrong, at.Close())
		return o
	}
}

// all tries the schedules, some at once, and prints a line for each.
func all(ctx context.Context, one trier, from uint64, count, atOnce int, out io.Writer) []outcome {
	var mu sync.Mutex
	var outcomes []outcome
	var group sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i := range count {
		free <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-free }()
			o := one(from+uint64(i), nil)
			if ctx.Err() != nil {
				return // cut off: no outcome
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes = append(outcomes, o)
			mark := "ok"
			if o.wrong != nil {
				mark = "FAILED"
			}
			fmt.Fprintf(out, "%-6s seed %d: %d injected, eris %s, as before after %.1f s: %v\n",
				mark, o.schedule.Seed, o.injected, o.ended, o.healed.Seconds(), o.schedule)
		})
	}
	group.Wait()
	return outcomes
}

// summary prints the figures and returns what failed.
func summary(out io.Writer, outcomes []outcome) (failed []outcome) {
	var killed []time.Duration
	injected, struck := 0, 0
	kinds := map[string]int{}
	for _, o := range outcomes {
		if o.wrong != nil {
			failed = append(failed, o)
			continue
		}
		injected += o.injected
		if o.injected > 0 {
			struck++
		}
		for _, kind := range o.kinds {
			kinds[kind]++
		}
		if o.ended == "was killed" && o.injected > 0 {
			killed = append(killed, o.healed)
		}
	}
	fmt.Fprintf(out, "%d schedules, %d with faults injected, %d targets struck: %d failed\n", len(outcomes), struck, injected, len(failed))
	var counted []string
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		counted = append(counted, fmt.Sprintf("%s %d", kind, kinds[kind]))
	}
	fmt.Fprintf(out, "%d kinds: %s\n", len(kinds), strings.Join(counted, ", "))
	if len(killed) > 0 {
		slices.Sort(killed)
		fmt.Fprintf(out, "%d times eris was killed after a fault: all as before after %.1f s (median), %.1f s (worst), with a lease of %v\n",
			len(killed), killed[len(killed)/2].Seconds(), killed[len(killed)-1].Seconds(), lease)
	}
	return failed
}

// shrink makes a failing schedule smaller, a part at a time, as long as it fails.
func shrink(ctx context.Context, o outcome, try func(schedule) outcome) outcome {
	for {
		smaller := o.schedule.smaller()
		i := slices.IndexFunc(smaller, func(s schedule) bool {
			next := try(s)
			if ctx.Err() == nil && next.wrong != nil {
				o = next
				return true
			}
			return false
		})
		if i < 0 || ctx.Err() != nil {
			return o
		}
	}
}
