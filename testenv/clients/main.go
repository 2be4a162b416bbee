// Command clients proves a lab with clients that others wrote and that know
// nothing of it: the stock `openstack` command, Rally and Tempest, all from
// Debian's packages. It prints what they found as Markdown, the section of
// docs/lab.md, and exits 1 when something is not as it should be.
//
//	go run ./testenv/clients [-name LAB] [-work DIR] [-write docs/lab.md] [openstack | rally | tempest]…
//
// It needs root, a lab of the profile openstack that is up, and the packages
// python3-openstackclient, python3-rally-openstack and tempest, for these also
// openssh-client and iputils-ping. What the clients make in the cloud they take
// away again.
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
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "clients:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("clients", flag.ContinueOnError)
	name := flags.String("name", "lab", "name of the lab")
	work := flags.String("work", "", "folder for the clients' logs and results, which then stays; default a temporary one")
	write := flags.String("write", "", "put the section into this file instead of printing it; all clients run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(all(), flags.Args())
	if err != nil {
		return err
	}
	if *write != "" && len(chosen) != len(all()) {
		return errors.New("-write wants all clients")
	}
	if err := lacking(chosen, exec.LookPath); err != nil {
		return err
	}
	options := lab.Options{Name: *name}
	if err := lab.JoinNetwork(options); err != nil { // everything from here on runs in the lab's network
		return err
	}
	dir := *work
	if dir == "" {
		if dir, err = os.MkdirTemp("", "eris-clients-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	c, err := ofLab(options, dir)
	if err != nil {
		return err
	}
	s := section{Made: time.Now().UTC()}
	var wrong []error
	for _, client := range chosen {
		fmt.Fprintf(progress, "%s: logs are in %s\n", client.name, dir)
		report, err := client.run(ctx, c)
		if err == nil {
			err = report.wrong()
		}
		wrong = append(wrong, err)
		if report != nil {
			s.Reports = append(s.Reports, report)
		}
	}
	if *write != "" && errors.Join(wrong...) == nil {
		return s.replace(*write)
	}
	return errors.Join(append(wrong, s.write(out))...)
}

// client is one program that is run against the cloud.
type client struct {
	name  string
	needs []need
	run   func(ctx context.Context, c *cloud) (report, error)
}

// need is a command that a client is or calls, and Debian's package of it.
type need struct{ command, debian string }

// lacking names every command that is not there, before anything is made.
func lacking(chosen []client, look func(command string) (path string, err error)) error {
	var errs []error
	said := map[string]bool{}
	for _, c := range chosen {
		for _, n := range c.needs {
			if said[n.command] {
				continue
			}
			said[n.command] = true
			if _, err := look(n.command); err != nil {
				errs = append(errs, fmt.Errorf("find %s: it is in Debian's package %s: %w", n.command, n.debian, err))
			}
		}
	}
	return errors.Join(errs...)
}

// report is what a client found. An error of run says that it could not be
// told; wrong says that it was told and is not as it should be.
type report interface {
	wrong() error
	markdown(w io.Writer)
}

// all clients, in the order in which they are run: the quickest first.
func all() []client {
	openstack := need{"openstack", "python3-openstackclient"}
	return []client{
		{"openstack", []need{openstack, {"ssh", "openssh-client"}}, walk},
		{"rally", []need{{"rally", "python3-rally-openstack"}}, runRally},
		// it asks its questions with openstack; without ping, some tests fail
		{"tempest", []need{openstack, {"tempest", "tempest"}, {"stestr", "python3-stestr"}, {"ping", "iputils-ping"}}, runTempest},
	}
}

// choose picks clients by name; no names pick all.
func choose(all []client, names []string) ([]client, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen []client
	for _, name := range names {
		found := false
		for _, c := range all {
			if c.name == name {
				chosen, found = append(chosen, c), true
			}
		}
		if !found {
			return nil, fmt.Errorf("no client is called %s; there are openstack, rally and tempest", name)
		}
	}
	return chosen, nil
}
