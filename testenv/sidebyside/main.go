// Command sidebyside measures how soon a kill is effective after its command,
// with Eris and with os-faults of Debian's package, on the same nodes in the
// same run: one service is killed on all controllers of a lab that is up, by
// each tool in turn. The command is stamped here right before the call, the
// effect by the nodes, whose clock is this machine's. It is no test: it prints,
// and a person judges. It strikes nothing but the lab: it works inside the
// lab's network, which has no way out.
//
//	go run ./testenv/sidebyside [-lab NAME] [-n ROUNDS] [-service NAME]    # as root
//
// os-faults is python3-os-faults with ansible and ansible-core, by apt. The
// figures measured so far are in docs/results/side-by-side.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/openstack-eris/eris/testenv/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sidebyside:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	flags := flag.NewFlagSet("sidebyside", flag.ContinueOnError)
	name := flags.String("lab", "lab", "name of a lab that is up")
	rounds := flags.Int("n", 10, "how often each tool strikes")
	service := flags.String("service", "memcached", "the service that is killed on every node that has it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 || flags.NArg() > 0 {
		return errors.New("want -n of 1 at least, and no argument")
	}
	options := lab.Find(*name)
	if err := lab.JoinNetwork(options); err != nil {
		return err
	}
	packages, err := installed(ctx)
	if err != nil {
		return err
	}
	struck, err := openPlace(options, *service)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "eris-sidebyside-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	ours, err := openEris(ctx, struck, work)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close(ctx)) }()
	theirs, err := openOSFaults(ctx, struck, work)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, theirs.close(ctx)) }()
	heading(out, struck, packages)
	tools := []tool{
		{eris, ours.strike},
		{named, func(ctx context.Context) (strike, error) { return theirs.strike(ctx, named) }},
		{discovered, func(ctx context.Context) (strike, error) { return theirs.strike(ctx, discovered) }},
	}
	results, err := measure(ctx, struck, tools, *rounds, progress)
	if err != nil {
		return err
	}
	return write(out, results)
}
