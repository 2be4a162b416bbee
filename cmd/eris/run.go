package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/cmd/eris/influx"
	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/local"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/tenants"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/engine"
	"github.com/openstack-eris/eris/testenv/lab"
)

// runFlags are the flags of `eris run`.
type runFlags struct {
	planFlags
	out    string
	plain  bool
	quiet  bool
	asJSON bool
	yes    bool
	noLogs bool
	repeat int
	away   workersFlags
	// metrics is where Prometheus may ask for them, scraped who answers.
	metrics metricsFlags
	scraped *scraped
	// sinks are where it is written to beside its record, sink who takes it; nil: nobody.
	sinks sinkFlags
	sink  *influx.Sink
	own   *secrets
	// began is told the id of a repetition as soon as it has a record; nil for a run
	// that is none: what a repetition comes to is shown with the others'.
	began func(id string) error
}

func newRunCommand(own *secrets) *cobra.Command {
	flags := runFlags{own: own}
	cmd := &cobra.Command{
		Use:   "run {SCENARIO | --fault SENTENCE}",
		Short: "Plan a scenario, then run it and report whether the cloud kept its promises",
		Long: `Plan a scenario, then run it and report whether the cloud kept its promises.
SCENARIO is a file or the name of one in the library (eris list scenarios), and
SENTENCE one fault in words: 'kill keystone service on one node for 30 seconds'.
Without -i the embedded simulated cloud is used, where nothing can be destroyed.

Ctrl-C undoes every active fault, verifies it and writes the report; a second
one returns at once, and the nodes undo by themselves.

A run can be watched by Prometheus (--metrics) and is written to an InfluxDB,
too (--influxdb), whose token is read from $INFLUX_TOKEN or a file. What the
record has does not depend on either: an InfluxDB that takes nothing is refused
before anything is touched, and later never waited for; what it did not get is
counted and said.

Exit codes: 0 pass, 2 refused before anything was touched, 3 an objective
failed, 4 unknown, 5 stopped, 6 an undo was not verified, 1 internal error.`,
		RunE: func(cmd *cobra.Command, args []string) error { return flags.run(cmd.Context(), cmd, args) },
	}
	flags.register(cmd)
	flags.registerRun(cmd)
	cmd.Flags().IntVar(&flags.repeat, "repeat", 1, "run it so many times, one after the other, as a set; what has to be looked after ends it")
	return cmd
}

// registerRun adds the flags that say how a run is shown and recorded.
func (f *runFlags) registerRun(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.out, "out", "runs", "directory that the run's directory is made in")
	cmd.Flags().BoolVar(&f.plain, "plain", false, "plain lines instead of the live block")
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "no progress, only the last line")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "run.json to stdout at the end")
	f.metrics.register(cmd)
	f.sinks.register(cmd)
	f.away.register(cmd)
	cmd.Flags().BoolVar(&f.noLogs, "no-logs", false, "do not look into the nodes' logs for failed requests and around the faults")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask for the cloud's name before a real cloud is touched")
}

func (f *runFlags) run(ctx context.Context, cmd *cobra.Command, args []string) (err error) {
	if err := f.wants(args); err != nil {
		return err
	}
	if f.repeat < 1 || f.repeat > repeatMost {
		return refuse(fmt.Errorf("--repeat %d: from 1 to %d", f.repeat, repeatMost), "")
	}
	if err := f.away.check(f.repeat); err != nil {
		return err
	}
	if err := f.metrics.check(); err != nil {
		return err
	}
	cloud, err := f.where.open(ctx, f.seed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	plan, err := f.build(args, cloud.Cloud)
	if err != nil {
		return err
	}
	if err := confirm(cmd, cloud.Cloud, f.yes); err != nil {
		return err
	}
	if err := record.Probe(f.out); err != nil {
		return refuse(fmt.Errorf("the record cannot be written, so nothing was touched: %w", err), "--out DIR chooses another place")
	}
	if err := f.own.Take(plan.Spec.Secrets()...); err != nil {
		return err
	}
	if f.scraped, err = f.metrics.listen(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.scraped.close(ctx, cmd.ErrOrStderr())) }()
	if f.sink, err = f.sinks.open(ctx, f.own); err != nil {
		return err
	}
	if f.sink != nil {
		defer f.sink.Close()
	}
	pool, err := remote.NewPool(cloud.Cloud, remote.Options{Local: local.Machine{Network: lab.OuterNetwork()}})
	if err != nil {
		return refuse(err, "")
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	// Beside a known outage whom to strike is chosen of those who are well.
	if plan.Lifted(scenarios.RealOutage) && len(plan.Faults) > 0 {
		over := busy(cmd.ErrOrStderr(), "asking which nodes are down")
		f.down = engine.Down(ctx, pool, cloud.Cloud)
		if over(); len(f.down) > 0 {
			if plan, err = f.build(args, cloud.Cloud); err != nil {
				return err
			}
		}
	}
	if plan.Rehearse && !f.rehearse {
		if err := f.rehearseFirst(ctx, cmd, args, cloud.Cloud, pool); err != nil {
			return err
		}
	}
	if f.repeat > 1 {
		return f.repeated(ctx, cmd, plan.Scenario, func() (*scenarios.Plan, error) { return f.build(args, cloud.Cloud) }, pool)
	}
	dir, err := f.execute(ctx, cmd, plan, pool)
	if dir == "" {
		return err
	}
	return f.conclude(cmd, dir, err)
}

// execute runs the plan and closes its record; dir is empty when there is none.
func (f *runFlags) execute(ctx context.Context, cmd *cobra.Command, plan *scenarios.Plan, pool *remote.Pool) (dir string, err error) {
	others := compared(cmd.ErrOrStderr(), plan, f.out) // before this one is the latest
	clock := record.NewClock()
	rec, err := record.Create(f.out, record.Meta{Scenario: plan.Scenario, Clock: clock})
	if err != nil {
		return "", refuse(err, "--out DIR chooses another place")
	}
	if f.began != nil {
		if err := f.began(rec.ID()); err != nil {
			return "", errors.Join(err, rec.Close())
		}
	}
	opening := open(plan, rec.ID(), clock, typed(os.Args[1:]))
	opening.Compared = others
	if err := errors.Join(rec.EventSync(record.Event{Started: opening}), writeInputs(rec, plan)); err != nil {
		return "", errors.Join(err, rec.Close())
	}
	for _, o := range plan.Overrides {
		lifted := record.Event{Override: &record.Override{Net: o.Net, Reason: o.Reason}}
		if err := rec.Event(lifted); err != nil {
			return "", errors.Join(err, rec.Close())
		}
	}
	log, closeLog, err := openLog(rec)
	if err != nil {
		return "", errors.Join(err, rec.Close())
	}
	env := loadgen.Env{Clouds: plan.Inventory.OpenStack.File, Cloud: plan.Inventory.OpenStack.Cloud, Members: members(plan.Inventory), Variable: f.own.Variable}
	config := engine.Config{
		Plan: plan, Nodes: pool, Keeper: newKeepers(), Registrar: &tenants.Registrar{Services: workloads.Services(), Workloads: workloadsOf(plan)}, Fresh: openstack.Fresh, Granted: openstack.Granted,
		Microversions: func(ctx context.Context, env loadgen.Env) error {
			return openstack.CheckMicroversions(ctx, env, workloads.Services())
		},
		Tested: whatIsTested(pool, plan), Logs: f.logsOf(pool, plan, clock),
		Record: rec, Clock: clock, Owner: opening.Owner,
		Env: env, OpenStack: readerOf(env, rec.ID()),
		Log: log, Rehearsal: f.rehearse,
	}
	if f.away.machines > 0 && !f.rehearse {
		hub, refused := f.away.open(ctx, cmd, plan, rec, clock, env, f.own)
		if refused != nil {
			return "", errors.Join(refuse(refused, "nothing was touched"), closeLog(), rec.Close())
		}
		defer func() { err = errors.Join(err, hub.Shutdown(ctx)) }()
		config.Workers = hub
	}
	var source *feed
	config.Doing = func(what string) { source.does(what) }
	r := engine.New(config)
	source = newFeed(plan, rec.ID(), clock, r.Live)
	if config.Workers != nil {
		source.awaits(f.away.machines)
	}
	sunk := sinkInto(ctx, f.sink, rec, source)
	hide := f.show(ctx, cmd, rec, source)
	err = errors.Join(r.Execute(ctx), closeLog())
	missing, told := sunk.close(ctx) // while it is still shown
	hide()
	if missing != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "eris: %s\n", missing)
	}
	return rec.Dir(), errors.Join(err, told, rec.Close())
}

// readerOf opens for a collector what asks the cloud as its loads do.
func readerOf(env loadgen.Env, run string) func() (collectors.OpenStack, error) {
	env.Run = run
	return func() (collectors.OpenStack, error) { return openstack.NewReader(env) }
}

// workloadsOf are those of a plan's loads.
func workloadsOf(plan *scenarios.Plan) []string {
	var names []string
	for _, l := range plan.Spec.Loads {
		names = append(names, l.Kind)
		if l.Tenants != nil { // what they are given is there whatever is done with it
			names = append(names, openstack.MakesFor(*l.Tenants)...)
		}
	}
	return names
}

// openLog keeps what goes wrong beside the journal in the record.
func openLog(rec *record.Writer) (*slog.Logger, func() error, error) {
	file, err := os.Create(filepath.Join(rec.Dir(), "logs", "eris.log"))
	if err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{ReplaceAttr: withoutSecrets})), file.Close, nil
}

// logMost is how much of what somebody has said is kept of it in the log, in bytes.
const logMost = 2 << 10

// withoutSecrets takes from the log's texts what no record may have: clouds, nodes and
// programs say what they like.
func withoutSecrets(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
		return a
	}
	switch a.Value.Kind() { //nolint:exhaustive // numbers, times and groups have no text of somebody's
	case slog.KindString, slog.KindAny:
		a.Value = slog.StringValue(record.OneLine(a.Value.String(), logMost))
	}
	return a
}

// conclude writes the reports and says the verdict in the last line.
func (f *runFlags) conclude(cmd *cobra.Command, dir string, ran error) error {
	over := busy(cmd.ErrOrStderr(), "judging the record")
	defer over()
	recorded, err := reports.Open(dir)
	if err != nil {
		return errors.Join(ran, err)
	}
	analysis := recorded.Analysis
	f.scraped.judged(&analysis.Result)
	err = writeReports(dir, recorded, defaultWriters())
	over()
	if f.began == nil && !f.rehearse {
		summarize(func(w io.Writer) error { return reports.WriteMarkdown(w, analysis) }, cmd.ErrOrStderr())
	}
	if f.asJSON && f.began == nil {
		err = errors.Join(err, reports.WriteJSON(cmd.OutOrStdout(), &analysis.Result))
	}
	if veto, ok := errors.AsType[*engine.Veto](ran); ok {
		hint := "nothing was touched; the record is in "
		if veto.Sent {
			hint = "no fault was made; the record is in "
		}
		return errors.Join(refuse(veto, hint+dir), err)
	}
	if err = errors.Join(ran, err); err != nil {
		if analysis.Result.Exit == exitUnverified { // which is graver than why it ended
			return &exitError{code: exitUnverified, err: err}
		}
		return err
	}
	if f.rehearse {
		return f.rehearsed(cmd, analysis, dir)
	}
	if !f.quiet && !f.asJSON && f.began == nil {
		if err := reports.WriteText(cmd.OutOrStdout(), analysis, false); err != nil {
			return err
		}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s %s\n", analysis.Result.Verdict, analysis.Result.Summary, filepath.Join(dir, "report.html"))
	return verdictExit(&analysis.Result)
}

// writeInputs puts what the run was made from into its record.
func writeInputs(rec *record.Writer, plan *scenarios.Plan) error {
	var planned bytes.Buffer
	if err := plan.JSON(&planned); err != nil {
		return err
	}
	source, err := os.ReadFile(plan.Inventory.File)
	if err != nil {
		return fmt.Errorf("keep inventory: %w", err)
	}
	redacted, err := record.Redact(source)
	if err != nil {
		return fmt.Errorf("keep inventory: %w", err)
	}
	return errors.Join(
		rec.WriteFile("scenario.yaml", plan.Spec.Source),
		rec.WriteFile("plan.json", planned.Bytes()),
		rec.WriteFile("inventory.yaml", redacted),
	)
}

// owner is user@host of this process.
func owner() string {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return name + "@" + host
}
