package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/reports"
)

// bench runs probes on clouds.
type bench struct {
	eris     string // program
	work     string // folder for scenarios and records
	small    bool
	progress io.Writer
}

// row is one probe, or one operation of it, on one or two clouds.
type row struct {
	name, title string
	seen        map[string][]figures // a run each, by side
	missing     map[string]string    // why there are none, or not those of every run, by side
}

// repeat runs all probes as often as is asked for, round after round, so that
// what is wrong with a cloud for a while is in one run of a probe and not in all.
// What fails is named in its row and in the error, and the others go on.
func (b bench) repeat(ctx context.Context, chosen []probe, sides []side, rounds int) ([]row, error) {
	var rows []row
	var failed error
	for range rounds {
		round, err := b.measure(ctx, chosen, sides)
		failed = errors.Join(failed, err)
		rows = add(rows, round)
		if ctx.Err() != nil {
			break
		}
	}
	return rows, failed
}

// add takes the runs of another round into the rows, which are in the same order.
func add(rows, round []row) []row {
	for i, r := range round {
		if i == len(rows) {
			rows = append(rows, r)
			continue
		}
		for side, runs := range r.seen {
			rows[i].seen[side] = append(rows[i].seen[side], runs...)
		}
		maps.Copy(rows[i].missing, r.missing)
	}
	return rows
}

// measure runs all probes, one after the other, each on all sides at the same
// time: what else this machine has to do slows both.
func (b bench) measure(ctx context.Context, chosen []probe, sides []side) ([]row, error) {
	var rows []row
	var failed error
	for _, p := range chosen {
		title, err := p.title()
		if err != nil {
			return rows, err
		}
		parts := p.operation
		if len(parts) == 0 {
			parts = []string{""}
		}
		own := make([]row, len(parts))
		for i, part := range parts {
			own[i] = row{name: strings.TrimSpace(p.name + " " + part), title: title, seen: map[string][]figures{}, missing: map[string]string{}}
		}
		runs := b.everywhere(ctx, p, sides)
		for at, s := range sides {
			failed = errors.Join(failed, runs[at].err)
			for i, part := range parts {
				if runs[at].run == nil {
					own[i].missing[s.name] = runs[at].missing
					continue
				}
				own[i].seen[s.name] = append(own[i].seen[s.name], read(runs[at].run, part))
			}
		}
		rows = append(rows, own...)
		if ctx.Err() != nil {
			return rows, errors.Join(failed, ctx.Err())
		}
	}
	return rows, failed
}

// attempt is a probe on one side: its run, or why there is none.
type attempt struct {
	run     *reports.Run
	missing string
	err     error // only where the probe could have run
	said    bytes.Buffer
}

// everywhere runs a probe on every side at once, and tells of each when all
// have ended.
func (b bench) everywhere(ctx context.Context, p probe, sides []side) []attempt {
	all := make([]attempt, len(sides))
	var running sync.WaitGroup
	for i, s := range sides {
		a := &all[i]
		if !s.has(p.needs) {
			a.missing = "no " + p.needs + " there"
			continue
		}
		running.Go(func() {
			b := b
			b.progress = &a.said
			run, err := b.probe(ctx, p, s)
			if err != nil {
				a.missing, a.err = "it could not be measured", fmt.Errorf("probe %s on the %s: %w", p.name, s.name, err)
				return
			}
			a.run = run
		})
	}
	running.Wait()
	for i := range all {
		_, _ = io.Copy(b.progress, &all[i].said) // it is only news
	}
	return all
}

// How long a cloud may take to be well again between two probes.
const (
	recoverMost = 3 * time.Minute
	askAgain    = 5 * time.Second
)

// probe runs one scenario. A cloud that the probe before left not yet well
// refuses it, and is asked again.
func (b bench) probe(ctx context.Context, p probe, s side) (*reports.Run, error) {
	late := time.Now().Add(recoverMost)
	for {
		dir, err := b.run(ctx, p, s)
		switch {
		case err == nil:
			return reports.Open(dir)
		case !errors.Is(err, errIll) || time.Now().After(late):
			return nil, err
		}
		if err := pause(ctx, askAgain); err != nil {
			return nil, err
		}
	}
}

// errIll is a cloud that was refused when its run had begun: it is not well.
var errIll = errors.New("the cloud is not well")

// exitRefused is eris' exit code when nothing was touched; failed and unknown are
// no errors here, since the probes promise nothing.
const exitRefused, exitFailed, exitUnknown = 2, 3, 4

// run runs a scenario once and returns the directory of its record.
func (b bench) run(ctx context.Context, p probe, s side) (string, error) {
	at, err := s.holder(ctx)
	if err != nil {
		return "", err
	}
	text, err := p.text(at)
	if err != nil {
		return "", err
	}
	file := filepath.Join(b.work, s.name+"-"+p.name+".yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", err
	}
	out := filepath.Join(b.work, s.name)
	args := []string{"run", file, "-i", s.flag, "--out", out, "--plain", "--quiet", "--yes"}
	if b.small {
		args = append(args, "--small")
	}
	var said bytes.Buffer
	eris := exec.CommandContext(ctx, b.eris, args...)
	eris.Stdout, eris.Stderr = &said, &said
	eris.Cancel = func() error { return eris.Process.Signal(os.Interrupt) } // it undoes what it did
	eris.WaitDelay = time.Minute
	latest := filepath.Join(out, "latest")
	before, _ := os.Readlink(latest) // none before the first run
	began := time.Now()
	err = eris.Run()
	after, _ := os.Readlink(latest)
	fmt.Fprintf(b.progress, "%-16s %-10s %5.1f s  %s\n", p.name, s.name, time.Since(began).Seconds(), last(said.String()))
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case ended && (exit.ExitCode() == exitFailed || exit.ExitCode() == exitUnknown):
	case ended && exit.ExitCode() == exitRefused && after != before:
		return "", fmt.Errorf("%w: %s", errIll, last(said.String()))
	case err != nil:
		return "", fmt.Errorf("%w: %s", err, said.String())
	}
	return filepath.EvalSymlinks(latest)
}

// last is the last line of a text.
func last(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
