package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// open is the first event of a run's journal: what was meant to be done.
func open(plan *scenarios.Plan, run string, clock record.Clock, command []string) *record.RunStarted {
	started := &record.RunStarted{
		Run: run, Scenario: plan.Scenario, SpecSHA: plan.SpecSHA, Small: plan.Small, Seed: plan.Seed,
		Cloud: plan.Cloud, Kind: string(plan.Kind), Owner: owner(), Version: version(),
		Command: command, At: clock.Start().UTC(), Objectives: plan.Objectives, Expect: plan.Expect,
		Microversions: plan.Microversions, Thresholds: plan.Thresholds, Judged: plan.Judged,
	}
	for _, t := range plan.Tenants {
		made := record.TenantsPlan{Name: t.Name, Clouds: t.Clouds, Projects: t.Projects, Users: t.Users, Role: t.Role, Roles: t.Roles, Random: t.Random}
		for _, f := range t.Flavors {
			made.Flavors = append(made.Flavors, f.Name)
		}
		for _, i := range t.Images {
			made.Images = append(made.Images, i.Name)
		}
		started.Tenants = append(started.Tenants, made)
	}
	for i, l := range plan.Spec.Loads {
		load := record.LoadPlan{Name: l.Name, Workload: l.Kind, Model: l.Spec.Model(), Workers: l.Spec.Concurrency, Tenants: plan.Loads[i].Tenants, Session: plan.Loads[i].Session}
		if l.Spec.Arrivals != nil {
			load.Rate, load.Process, load.Shape = float64(max(l.Spec.Arrivals.Rate, 0)), string(l.Spec.Arrivals.Process), l.Spec.Arrivals.Shape()
		}
		started.Loads = append(started.Loads, load)
	}
	for _, f := range plan.Faults {
		started.Faults = append(started.Faults, f.Record())
	}
	started.Groups = plan.Groups()
	return started
}

// typed is the command as it was typed, without what looks like a secret in what is more than a
// word of it, such as the reason of an override.
func typed(args []string) []string {
	all := []string{"eris"}
	for _, arg := range args {
		if strings.ContainsFunc(arg, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
			arg = record.OneLine(arg, typedMost)
		}
		all = append(all, arg)
	}
	return all
}

// typedMost is how much of a word of a command is kept, in bytes.
const typedMost = 2000

// confirm asks for a real cloud's name where there is someone to ask.
func confirm(cmd *cobra.Command, cloud *inventory.Cloud, yes bool) error {
	in, ok := cmd.InOrStdin().(*os.File)
	if cloud.Kind != inventory.Real || yes || !ok || !term.IsTerminal(int(in.Fd())) {
		return nil
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s is a real cloud. Its name, to go on: ", cloud.Name)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != cloud.Name {
		return refuse(fmt.Errorf("that is not the name of the cloud %s: nothing was touched", cloud.Name), "--yes does not ask")
	}
	return nil
}
