// Command coldstarts starts a cloud again and again from power off, and says
// how many starts ended in a healthy cloud, how long each took, and what was
// wrong with each that did not. A start is a power loss of every node and the
// next `up` (-from power), the snapshot (-from snapshot), the image alone (-from
// image), or nothing at all, not even packages (-from nothing, in a cache folder of
// its own that goes afterwards). A cloud is no healthy start that is healthy since a
// process was replaced that ran and did not answer, or in which one keeps a request now
// while others answer. It is run by hand as root, not by the checks:
//
//	go run ./testenv/coldstarts -n 20 -profile openstack
//	go run ./testenv/coldstarts -n 1 -profile openstack -from nothing -within 6m
//
// The lab is taken down at the end, except after a start that failed when
// -keep says so. Exit code 1 when any start failed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/lab"
)

func main() {
	count := flag.Int("n", 20, "how many starts")
	from := flag.String("from", "power", "what a start begins with: power, snapshot, image or nothing")
	within := flag.Duration("within", 0, "a start that takes longer is no healthy one; 0: however long it takes")
	keep := flag.Bool("keep", false, "stop at the first start that fails, and leave the lab as it is")
	var o lab.Options
	flag.StringVar(&o.Profile, "profile", "openstack", "what the lab is")
	flag.StringVar(&o.Name, "name", "coldstarts", "name of the lab")
	flag.Parse()
	w, known := ways()[*from]
	if !known || *count < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := measure(ctx, o, *count, *within, *keep, w)
	if err != nil {
		fmt.Fprintln(os.Stderr, "coldstarts:", err)
		code = 1
	}
	os.Exit(code)
}

// measure makes the lab where a start needs one, starts it count times, and prints
// the table.
func measure(ctx context.Context, o lab.Options, count int, within time.Duration, keep bool, w way) (code int, err error) {
	measured := what(ctx, o) // now: the tree may be another one when the last start has ended
	o.Progress = func(step, detail string) {
		fmt.Fprintf(os.Stderr, "%s  %-10s  %s\n", time.Now().Format(time.TimeOnly), step, detail)
	}
	if w.ownCache {
		if o.CacheDir, err = os.MkdirTemp(cacheParent, "eris-coldstarts-"); err != nil {
			return 1, err
		}
	}
	if w.standing {
		if err := lab.Up(ctx, o); err != nil {
			err = fmt.Errorf("make the lab: %w", err)
			if !keep {
				err = errors.Join(err, takeDown(ctx, o, w))
			}
			return 1, err
		}
	}
	results := repeat(ctx, count, keep, trial{
		before: w.before(o),
		start:  func(ctx context.Context) error { return w.start(ctx, o) },
		after:  func(ctx context.Context) error { return wedged(lab.Hung(ctx, o)) },
		within: within,
	})
	fmt.Println(measured)
	table(os.Stdout, count, results)
	if failed(results) > 0 || len(results) < count {
		code = 1
	}
	if code != 0 && keep {
		if w.ownCache { // what is kept stands on the image in it
			fmt.Fprintf(os.Stderr, "the lab is kept, and with it its cache %s\n", o.CacheDir)
		}
		return code, nil
	}
	return code, takeDown(ctx, o, w)
}

// what is measured, and when: the commit of the tree that it is run in, where that is one.
func what(ctx context.Context, o lab.Options) string {
	commit, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		commit = []byte("unknown")
	}
	return fmt.Sprintf("profile %s, commit %s, %s", o.Profile, strings.TrimSpace(string(commit)), time.Now().UTC().Format(time.DateOnly))
}

// takeDown takes the lab down, and its cache away where that is its own.
func takeDown(ctx context.Context, o lab.Options, w way) error {
	down, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	err := lab.Down(down, o)
	if err == nil && w.ownCache {
		err = os.RemoveAll(o.CacheDir)
	}
	return err
}
