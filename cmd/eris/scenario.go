package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/sentence"
)

// planFlags are what run and plan have in common: everything that a plan
// depends on beside the scenario.
type planFlags struct {
	where     cloudFlag
	sentences []string
	rehearse  bool // the scenario's rehearsal, and not the scenario
	seed      int64
	small     bool
	lease     time.Duration
	settle    time.Duration
	longest   time.Duration // that a fault may be held
	overrides []string
	replay    string
	down      []inventory.Ref // for real, as far as was asked
}

func (f *planFlags) register(cmd *cobra.Command) {
	f.where.register(cmd)
	cmd.Flags().StringArrayVar(&f.sentences, "fault", nil, "in place of a scenario, one fault in words: 'kill keystone service on one node for 30 seconds'")
	cmd.Flags().Int64Var(&f.seed, "seed", 1, "seed of every random choice")
	cmd.Flags().BoolVar(&f.small, "small", false, "the scenario's small form")
	registerLength(cmd, &f.lease, "lease", faults.DefaultLease, "a node undoes by itself when nothing was heard of this run for so long")
	registerLength(cmd, &f.settle, "settle", 0, fmt.Sprintf(
		"how long a target must be healthy again before its redundancy counts (default %v, in the small form %v)", faults.DefaultSettle, scenarios.SmallSettle))
	registerLongest(cmd, &f.longest)
	cmd.Flags().StringArrayVar(&f.overrides, "override", nil, "lift a safety net, as NET=REASON; may be repeated")
	cmd.Flags().StringVar(&f.replay, "replay", "", "make the choices of an earlier run again; its directory")
}

// registerLongest adds the flag that bounds every hold.
func registerLongest(cmd *cobra.Command, longest *time.Duration) {
	registerLength(cmd, longest, "longest-hold", scenarios.DefaultLongestHold, "how long a fault may be held at most; a longer hold is refused")
}

// wants checks that there is one thing to plan: a scenario, or a sentence.
func (f *planFlags) wants(args []string) error {
	said := len(f.sentences)
	switch {
	case said > 1:
		return refuse(fmt.Errorf("--fault says one fault, and is there %d times", said), "several faults are a scenario; eris list scenarios shows the library")
	case said > 0 && len(args) > 0:
		return refuse(errors.New("there is a scenario, and --fault too: it is one of them"), "")
	case said == 0 && len(args) != 1:
		return refuse(fmt.Errorf("one scenario is wanted, and there are %d", len(args)), "eris list scenarios shows the library; --fault says one fault in words")
	case said > 0 && f.small:
		return refuse(errors.New("--small goes with a scenario, and --fault is in place of one"), "")
	}
	return nil
}

// build reads the scenario for the cloud, or makes the one of the sentence, and
// makes the plan.
func (f *planFlags) build(args []string, cloud *inventory.Cloud) (*scenarios.Plan, error) {
	if f.lease < faults.MinLease || f.lease > faults.Margin {
		return nil, refuse(fmt.Errorf("a lease of %v cannot be kept", f.lease), fmt.Sprintf("from %v to %v", faults.MinLease, faults.Margin))
	}
	spec, err := f.read(args, scenarios.Options{Catalogue: newCatalogue(), Cloud: cloud, Small: f.small, LongestHold: f.longest})
	if err != nil {
		return nil, err
	}
	options := scenarios.PlanOptions{Seed: f.seed, Lease: f.lease, Settle: f.settle, Down: f.down}
	if f.rehearse {
		options.Settle = cmp.Or(f.settle, scenarios.SmallSettle)
	}
	for _, text := range f.overrides {
		override, err := scenarios.ParseOverride(text)
		if err != nil {
			return nil, refuse(err, "--override NET=REASON")
		}
		options.Overrides = append(options.Overrides, override)
	}
	if f.replay != "" {
		if options.Replay, err = readPlan(f.replay); err != nil {
			return nil, refuse(err, "--replay takes a run's directory, such as runs/latest")
		}
		options.Seed = options.Replay.Seed
	}
	plan, err := scenarios.BuildPlan(spec, cloud, options)
	if err != nil {
		return nil, refuse(err, "")
	}
	return plan, nil
}

// readPlan reads the plan that a run was made from.
func readPlan(dir string) (*scenarios.Plan, error) {
	file, err := os.Open(filepath.Join(dir, "plan.json"))
	if err != nil {
		return nil, err
	}
	plan, err := scenarios.ReadPlan(file)
	return plan, errors.Join(err, file.Close())
}

// read reads a scenario, and makes its rehearsal where that is wanted.
func (f *planFlags) read(args []string, options scenarios.Options) (*scenarios.Spec, error) {
	spec, err := f.spec(args, options)
	if err != nil {
		return nil, err
	}
	if f.rehearse {
		return rehearsalOf(spec, options)
	}
	return spec, nil
}

// spec reads a file, one of the library by its name, or a sentence.
func (f *planFlags) spec(args []string, options scenarios.Options) (*scenarios.Spec, error) {
	if len(f.sentences) > 0 {
		written, err := sentence.Scenario(f.sentences[0], options.Catalogue.Faults, options.Cloud)
		if err != nil {
			return nil, refuse(err, "")
		}
		spec, err := scenarios.Read(sentence.File, written.Source, options)
		return spec, refuse(written.Said(err), "")
	}
	file, source, err := scenarios.Open(args[0])
	if err != nil {
		return nil, refuse(err, "eris list scenarios shows the library")
	}
	spec, err := scenarios.Read(file, source, options)
	return spec, refuse(err, "")
}
