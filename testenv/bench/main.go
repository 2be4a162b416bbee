// Command bench measures what Eris claims of its own speed and honesty: a row
// is a ratio between two things that ran in one run on one machine, because
// ratios travel and absolute figures do not. It is no test: it prints, and a
// person judges.
//
//	go run ./testenv/bench [-quick] [-page FILE] [row…]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// rows is everything that is measured, one file each.
func rows() []row {
	return []row{stallRow(), overheadRow(), pacingRow(), httpRow(), triggerRow(), hundredRow(), collectingRow(), apiRow(), workersRow(), joinedRow(), stopRow(), memoryRow(), reportRow(), liveRow()}
}

// children is what the bench runs in processes of its own, where sharing one
// would change the result.
func children() map[string]child {
	return map[string]child{
		"server": serverChild, "hog": hogChild, "vegeta": vegetaChild, "memory": memoryChild, "http": httpChild, "fleet": fleetChild,
		"report": reportChild, "cloud": cloudChild, "api": apiChild, "workers": workersChild, "sleeper": sleeperChild,
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) > 1 && args[0] == childFlag {
		return runChild(ctx, args[1:], in, out)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "seconds instead of minutes: shows that the rows work, measures roughly and judges nothing")
	page := flags.String("page", "", "write what was measured to this file, too, in Markdown; rows by name take their place in the page that is there")
	if err := flags.Parse(args); err != nil {
		return err
	}
	began, load := time.Now(), loadAverage()
	chosen, err := choose(rows(), flags.Args())
	if err != nil {
		return err
	}
	table := newTable(out)
	for _, r := range chosen {
		settle(ctx)
		measure := func() ([]line, error) { return r.measure(ctx, *quick) }
		if !r.onLab {
			measure = func() ([]line, error) { return withoutLab(ctx, r, *quick) }
		}
		lines, err := measure()
		if err != nil {
			return fmt.Errorf("measure %s: %w", r.name, err)
		}
		if *quick {
			lines = unjudged(lines)
		}
		table.add(r, lines)
	}
	if *page == "" || table.err != nil {
		return table.err
	}
	if len(flags.Args()) > 0 {
		return table.amend(*page, began, load)
	}
	return table.write(*page, began, load)
}

// choose picks rows by name; no names pick all.
func choose(all []row, names []string) ([]row, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen []row
	for _, name := range names {
		i := slices.IndexFunc(all, func(r row) bool { return r.name == name })
		if i < 0 {
			known := make([]string, len(all))
			for n, r := range all {
				known[n] = r.name
			}
			return nil, fmt.Errorf("no row %q; there are %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}
