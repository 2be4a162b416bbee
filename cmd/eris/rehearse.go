package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/rehearsal"
)

func newRehearseCommand(own *secrets) *cobra.Command {
	flags := runFlags{planFlags: planFlags{rehearse: true}, repeat: 1, own: own}
	cmd := &cobra.Command{
		Use:   "rehearse {SCENARIO | --fault SENTENCE}",
		Short: "Try whether a scenario's faults heal here: each once, on one target, for a second",
		Long: fmt.Sprintf(`Try whether the faults of a scenario heal on this cloud, before it is run: each
fault once, on one target, for %v, one after the other and without any load.
Each must show its effect, be undone, and leave its target as it was: the same
fingerprint, and healthy. Then each is made again and undone without its inject,
early and late in its inject, and twice, and must leave its target so each time.

Exit codes: 0 all did, 2 refused before anything was touched, 4 a fault was not
made, 5 stopped, 6 an undo was not verified, 1 internal error.`, rehearsal.Hold),
		RunE: func(cmd *cobra.Command, args []string) error { return flags.run(cmd.Context(), cmd, args) },
	}
	flags.register(cmd)
	flags.registerRun(cmd)
	return cmd
}

// rehearseFirst runs the rehearsal that a scenario demands; what it ends with is an error
// unless every fault healed, and nothing of the scenario itself has been done then.
func (f *runFlags) rehearseFirst(ctx context.Context, cmd *cobra.Command, args []string, cloud *inventory.Cloud, pool *remote.Pool) error {
	first := *f
	first.rehearse, first.small, first.replay, first.asJSON, first.quiet = true, false, "", false, f.quiet || f.asJSON
	first.scraped, first.sink = nil, nil // they are the run's
	plan, err := first.build(args, cloud)
	if err != nil {
		return err
	}
	dir, err := first.execute(ctx, cmd, plan, pool)
	if dir != "" {
		err = first.conclude(cmd, dir, err)
	}
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "the scenario demands that its rehearsal passes, and so was not run")
	}
	return err
}

// rehearsed says what became of each fault. Nothing is measured in a rehearsal,
// so a run's verdict would be unknown.
func (f *runFlags) rehearsed(cmd *cobra.Command, analysis *kpi.Analysis, dir string) error {
	unmade := 0
	for i := range analysis.Faults {
		fault := &analysis.Faults[i]
		mark, text := "ok", made(fault)
		if text == "" {
			mark, text = "FAILED", fmt.Sprintf("%s: %s", fault.State, fault.Reason)
			unmade++
		}
		if !f.quiet && !f.asJSON {
			fmt.Fprintf(cmd.OutOrStdout(), "%-7s %s: %s on %s: %s\n", mark, fault.Name, fault.Plan.Fault, fault.Plan.Targets[0], text)
		}
	}
	var exit error
	word, told := "pass", fmt.Sprintf("all of %d took effect, were undone, and left their targets as they were", len(analysis.Faults))
	switch code := analysis.Result.Exit; {
	case code == exitUnverified:
		exit, word = verdictExit(&analysis.Result), "fail"
		told = fmt.Sprintf("%d of %d did not take effect, or left their targets otherwise", unmade, len(analysis.Faults))
	case code != exitPass && code != exitUnknown:
		exit, word, told = verdictExit(&analysis.Result), "fail", analysis.Result.Summary
	case unmade > 0:
		exit, word, told = &exitError{code: exitUnknown}, "unknown", fmt.Sprintf("%d of %d were not made", unmade, len(analysis.Faults))
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s %s\n", word, told, filepath.Join(dir, "report.html"))
	return exit
}

// made says of a fault that took effect and was undone how long both took;
// empty for one that did not.
func made(f *kpi.FaultFigures) string {
	if !f.Verified || f.Effective == nil || f.Asked == nil || f.UndoFrom == nil || f.Undone == nil {
		return ""
	}
	return fmt.Sprintf("there after %v, as before %v after its undo began; %s",
		(*f.Effective - *f.Asked).Round(time.Millisecond), (*f.Undone - *f.UndoFrom).Round(time.Millisecond), f.Reason)
}

// rehearsalOf is the scenario's rehearsal, in the place of the scenario.
func rehearsalOf(spec *scenarios.Spec, options scenarios.Options) (*scenarios.Spec, error) {
	source, err := rehearsal.Scenario(spec.Source)
	if err != nil {
		return nil, refuse(err, "")
	}
	options.Small = false
	spec, err = scenarios.Read(spec.File, source, options)
	return spec, refuse(err, "")
}
