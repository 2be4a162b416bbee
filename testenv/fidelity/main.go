// Command fidelity holds the embedded cloud against a lab: it runs the same
// scenarios on both, through eris itself, and says by one rule where the
// embedded cloud behaves as the lab does. It is no test of Eris: it prints a
// table, for docs/simulation.md and for whoever corrects the simulation.
//
//	go run ./testenv/fidelity [-i lab[:NAME]] [-n RUNS] [-eris PROGRAM] [-out FILE] [probe…]
//
// Without -i only the embedded cloud is measured. With -n each probe is run so
// often, and each figure is that of the run in the middle.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fidelity:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	lab   string
	eris  string
	out   string
	small bool
	runs  int
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	var o options
	flags := flag.NewFlagSet("fidelity", flag.ContinueOnError)
	flags.StringVar(&o.lab, "i", "", "the cloud to hold the embedded one against: lab or lab:NAME")
	flags.StringVar(&o.eris, "eris", "", "program to run the scenarios with; built from ./cmd/eris if left out")
	flags.StringVar(&o.out, "out", "", "file that the table is also written to, as markdown")
	flags.BoolVar(&o.small, "small", false, "the scenarios' small forms: shows that the probes work, measures roughly")
	flags.IntVar(&o.runs, "n", 1, "how often each probe is run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.runs < 1 {
		return fmt.Errorf("-n %d: once at least", o.runs)
	}
	chosen, err := choose(probes(), flags.Args())
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "eris-fidelity-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if o.eris == "" {
		o.eris = filepath.Join(work, "eris")
		if said, err := exec.CommandContext(ctx, "go", "build", "-o", o.eris, "./cmd/eris").CombinedOutput(); err != nil {
			return fmt.Errorf("build eris: %w: %s", err, said)
		}
	}
	sim, err := openSimulation(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sim.close()) }()
	sides := []side{sim}
	if o.lab != "" {
		lab, err := openLab(o.lab)
		if err != nil {
			return err
		}
		sides = append(sides, lab)
	}
	b := bench{eris: o.eris, work: work, small: o.small, progress: progress}
	rows, failed := b.repeat(ctx, chosen, sides, o.runs)
	if err := writeText(out, rows, len(sides) > 1); err != nil {
		return errors.Join(failed, err)
	}
	if o.out != "" {
		failed = errors.Join(failed, writeFile(o.out, rows))
	}
	return failed
}

func writeFile(path string, rows []row) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return writeMarkdown(file, rows)
}
