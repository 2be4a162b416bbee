package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

// cleanupFlags are the flags of `eris cleanup`.
type cleanupFlags struct {
	where    cloudFlag
	record   string
	clouds   []string
	out      string
	patience time.Duration
	dryRun   bool
	live     bool
}

func newCleanupCommand() *cobra.Command {
	var flags cleanupFlags
	cmd := &cobra.Command{
		Use:   "cleanup [RUN]",
		Short: "Remove the OpenStack resources that loads left",
		Long: `Remove the OpenStack resources that loads left: those of RUN, a run's directory
or its id, or with no RUN those of all runs. It needs the inventory with the
credentials of the loads, and nothing of the run: what Eris made bears the run's
id in its name, and nothing else is touched. What a run uses that still goes on
is left alone, unless --live says otherwise; so are all runs that began less
than a minute before, or since, which are named: RUN removes what such a one left.
The queues of loads in RabbitMQ are known by a run's record alone.

Everything is deleted in the order in which it can be, again and again until
nothing is left, which may take as long as --patience. What cannot be removed is
named, and the exit code is 6.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := flags.subject(args)
			if err != nil {
				return err
			}
			return onNodes(cmd, flags.where, func(ctx context.Context, on site) error { return flags.run(ctx, cmd, on, of) })
		},
	}
	flags.where.registerNamed(cmd)
	cmd.Flags().StringVar(&flags.record, "record", "", "the run's record, a file of its directory: what that run left")
	cmd.Flags().StringArrayVar(&flags.clouds, "cloud", nil, "another entry of clouds.yaml that was given to loads as tenants; those of RUN's record are known")
	cmd.Flags().StringVar(&flags.out, "out", "runs", "directory of this machine's runs: what one of them uses that goes on is left alone")
	registerLength(cmd, &flags.patience, "patience", 5*time.Minute, "how long to try")
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "list what is left, touch nothing")
	cmd.Flags().BoolVar(&flags.live, "live", false, "also what a run uses that goes on, or may")
	return cmd
}

func (f *cleanupFlags) run(ctx context.Context, cmd *cobra.Command, on site, of *subject) error {
	if err := of.isOn(on.cloud.Name); err != nil {
		return err
	}
	var going []string
	var asked time.Time // whether runs go on
	if !f.live {
		asked = time.Now()
		var err error
		if going, err = of.going(ctx, on, f.out); err != nil {
			return err
		}
	}
	young := map[string]bool{}
	for _, run := range going {
		fmt.Fprintf(cmd.ErrOrStderr(), "run %s goes on: what it uses is left alone\n", run)
	}
	done := "deleted"
	if f.dryRun {
		done = "gone"
	}
	limited, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	entries, err := f.entries(on.cloud.OpenStack, of)
	var beside, cleaned openstack.Cleaned
	if err == nil || on.cloud.OpenStack.File == "" { // a cloud without OpenStack's may have a queue all the same
		beside = f.leave(limited, on.cloud, of.rec)
	}
	if err == nil {
		cleaned, err = f.clean(limited, entries, of, of.owner(going, asked, young))
	}
	cleaned.Gone, cleaned.Left, cleaned.Unknown = append(beside.Gone, cleaned.Gone...), append(beside.Left, cleaned.Left...), append(beside.Unknown, cleaned.Unknown...)
	if err != nil {
		if len(beside.Gone)+len(beside.Left)+len(beside.Unknown) > 0 {
			sayCleaned(cmd.OutOrStdout(), beside, done, on.cloud.Name)
		}
		return refuse(err, "the inventory says which clouds.yaml and which cloud in it")
	}
	for _, run := range slices.Sorted(maps.Keys(young)) {
		fmt.Fprintf(cmd.ErrOrStderr(), "run %s began less than a minute before this, or since: what it uses is left alone\n", run)
	}
	left := sayCleaned(cmd.OutOrStdout(), cleaned, done, on.cloud.Name)
	switch {
	case len(cleaned.Unknown) > 0 || left && !f.dryRun:
		hint := "eris cleanup may be run again at any time"
		if len(cleaned.Unknown) > 0 && of.rec == nil {
			hint += "; a run's record (--record) says which services its loads used"
		}
		err = &exitError{code: exitUnverified, err: errors.New("not everything is known to be removed"), hint: hint}
	}
	if ctx.Err() != nil {
		return &exitError{code: exitStopped, err: errors.Join(context.Cause(ctx), err)}
	}
	return err
}

// entries are those of clouds.yaml that are meant: the inventory's own, and then those
// that were given to loads. One that is not there is told before anything is touched.
func (f *cleanupFlags) entries(where inventory.OpenStack, of *subject) (all []loadgen.Env, err error) {
	for _, entry := range append([]string{where.Cloud}, of.clouds(f.clouds)...) {
		env := loadgen.Env{Run: "cleanup", Clouds: where.File, Cloud: entry}
		client, err := openstack.NewClient(env)
		if err != nil {
			return nil, fmt.Errorf("entry %s of clouds.yaml: %w", entry, err)
		}
		client.Close()
		all = append(all, env)
	}
	return all, nil
}

// clean removes, or looks for, what is left: in the project of the inventory's own
// entry of clouds.yaml and in those that it made, and then in the projects of the
// entries that were given to loads.
func (f *cleanupFlags) clean(ctx context.Context, entries []loadgen.Env, of *subject, owner openstack.Owner) (all openstack.Cleaned, err error) {
	for n, env := range entries {
		cleaning := openstack.Cleaning{
			Env:      env,
			Services: workloads.Services(), Owner: owner, Unrecorded: of.rec == nil,
			Needs: func(s openstack.Service) bool { return of.loads(s) && (n == 0 || !s.Admin) }, // others need not see users
		}
		work := cleaning.Remove
		if f.dryRun {
			work = cleaning.Look
		}
		cleaned, err := work(ctx)
		switch {
		case err != nil && n == 0: // nothing was touched
			return all, fmt.Errorf("entry %s of clouds.yaml: %w", env.Cloud, err)
		case err != nil:
			cleaned.Unknown = []openstack.Left{{What: "the project of entry " + env.Cloud + " of clouds.yaml", Why: err.Error()}}
		}
		all.Gone = append(all.Gone, cleaned.Gone...)
		all.Left = append(all.Left, cleaned.Left...)
		all.Unknown = append(all.Unknown, cleaned.Unknown...)
		all.Absent = append(all.Absent, cleaned.Absent...)
	}
	slices.Sort(all.Absent)
	all.Absent = slices.Compact(all.Absent)
	return all, nil
}

// sayCleaned prints a line for each thing, and tells whether any is left.
func sayCleaned(w io.Writer, c openstack.Cleaned, done, cloud string) bool {
	for _, what := range c.Gone {
		fmt.Fprintf(w, "%s %s\n", done, what)
	}
	say := func(word string, left []openstack.Left) {
		for _, each := range left {
			fmt.Fprintln(w, strings.TrimSuffix(word+" "+each.What+": "+each.Why, ": "))
		}
	}
	for _, name := range c.Absent {
		fmt.Fprintf(w, "not looked at: the catalogue has no %s service\n", name)
	}
	say("left", c.Left)
	say("unknown", c.Unknown)
	rest := "nothing left"
	if len(c.Left)+len(c.Unknown) > 0 {
		rest = fmt.Sprintf("%d left", len(c.Left))
	}
	if len(c.Unknown) > 0 {
		rest += fmt.Sprintf(", %d unknown", len(c.Unknown))
	}
	fmt.Fprintf(w, "%s: %d %s, %s\n", cloud, len(c.Gone), done, rest)
	return len(c.Left) > 0
}
