package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// Before anything is made, loads are asked what they need of their projects' quotas, and whose
// roles they have. A load of which not one iteration fits into a quota refuses the run. Where all
// loads together may come to need more than there is, and where a role is missing by OpenStack's
// default policies, the run goes on and says so: one load may end before the other begins, and a
// cloud may have policies of its own.

// needing is what a load needs of one quota.
type needing struct {
	load    string
	atOnce  int // its iterations
	project string
	loadgen.Need
}

// quota is of which quota that is.
func (n needing) quota() string { return n.project + " " + n.Of() }

// checkRoom looks whether the run can be. It asks, and makes nothing.
func (r *Run) checkRoom(ctx context.Context) error {
	if r.Granted == nil {
		return nil
	}
	granted := map[string]loadgen.Granted{}
	var all []needing
	var unchecked []string
	for _, spec := range r.plan.Spec.Loads {
		authorized, is := spec.Workload.(loadgen.Authorized)
		if !is {
			continue
		}
		for _, env := range r.looksOf(spec) {
			who := env.Cloud
			if env.Account != nil {
				who = cmp.Or(env.Account.Cloud, env.Cloud)
			}
			may, known := granted[who]
			if !known {
				var err error
				if may, err = r.Granted(ctx, env); err != nil {
					unchecked = append(unchecked, fmt.Sprintf("roles and quotas of load %s: %v", spec.Name, err))
					continue
				}
				granted[who] = may
			}
			made := spec.Tenants != nil && !spec.Tenants.Given()
			if role := authorized.Role(); !made && !may.May(role) {
				r.warn(fmt.Sprintf("load %s: its workload %s needs the role %s by default, and the user of clouds.yaml%s has only %s", spec.Name, spec.Kind, role, entryWords(who), orNone(may.Roles)))
			}
			needs, err := loadgen.Look(ctx, spec.Workload, env)
			if err != nil {
				unchecked = append(unchecked, fmt.Sprintf("quotas of load %s: %v", spec.Name, err))
				continue
			}
			all = append(all, ofLoad(spec, may.Project, needs)...)
		}
	}
	for _, n := range all {
		if n.Unknown != "" {
			unchecked = append(unchecked, fmt.Sprintf("quota of %s: %s", n.Of(), n.Unknown))
		}
	}
	slices.Sort(unchecked)
	if unchecked = slices.Compact(unchecked); len(unchecked) > 0 {
		r.event(record.Event{Note: &record.Note{Level: "info", Text: record.OneLine("not checked before the start: "+strings.Join(unchecked, "; "), noteMost)}})
	}
	if err := tooLittle(all); err != nil {
		return err
	}
	for _, text := range crowded(all) {
		r.warn(text)
	}
	return nil
}

func orNone(roles []string) string {
	if len(roles) == 0 {
		return "none"
	}
	return strings.Join(roles, ", ")
}

// looksOf are the environments with which a load's needs are asked for: that of the inventory's
// user, who is as good as any whom the run makes but for what these are given, or of each entry
// that is given.
func (r *Run) looksOf(spec *scenarios.Load) []loadgen.Env {
	env := r.env(spec.Name)
	if spec.Tenants == nil || !spec.Tenants.Given() {
		if spec.Tenants != nil {
			planned := spec.Tenants.Planned()
			env.Account = &planned
		}
		return []loadgen.Env{env}
	}
	var all []loadgen.Env
	for _, name := range spec.Tenants.Clouds {
		env.Account = &loadgen.Account{Cloud: name}
		all = append(all, env)
	}
	return all
}

// ofLoad is what a load needs in one project. One that is made has the quotas that it is given,
// and is empty.
func ofLoad(spec *scenarios.Load, project string, needs []loadgen.Need) (all []needing) {
	atOnce, users := spec.Spec.AtOnce(), 1
	if t := spec.Tenants; t != nil {
		projects := max(len(t.Clouds), t.Projects)
		atOnce = (atOnce + projects - 1) / projects
		if !t.Given() {
			project, users = "of tenants "+t.Name, t.Users
		}
	}
	for _, n := range needs {
		n.Shared *= users // each of them keeps and shares his own
		if t := spec.Tenants; t != nil && !t.Given() {
			limit, given := t.Quotas[n.Service][n.Resource]
			n.Limit, n.Used, n.Unknown = limit, 0, ""
			if n.Service == "network" {
				n.Used = t.Network.Uses()[n.Resource]
			}
			if !given {
				n.Unknown = "projects that are made have what the cloud gives new ones"
			}
		}
		all = append(all, needing{spec.Name, atOnce, project, n})
	}
	return all
}

// tooLittle says which loads cannot do one iteration.
func tooLittle(all []needing) error {
	var wrong []error
	for _, n := range all {
		if left, limited := n.Left(); limited && n.For(1) > left {
			wrong = append(wrong, fmt.Errorf("load %s: one iteration needs %d of the quota of %s, and %d of %d are left", n.load, n.For(1), n.Of(), left, n.Limit))
		}
	}
	return errors.Join(wrong...)
}

// crowded says of which quotas all loads together may come to need more than there is.
func crowded(all []needing) (list []string) {
	var seen []string
	for _, first := range all {
		left, limited := first.Left()
		if !limited || slices.Contains(seen, first.quota()) {
			continue
		}
		seen = append(seen, first.quota())
		total, loads := 0, []string{}
		for _, n := range all {
			if n.quota() == first.quota() {
				total += n.For(n.atOnce)
				loads = append(loads, n.load)
			}
		}
		if total > left {
			slices.Sort(loads)
			list = append(list, fmt.Sprintf("the quota of %s is too little for all at once: %s may need %d, and %d of %d are left; what is over it fails as quota",
				first.Of(), strings.Join(slices.Compact(loads), " and "), total, left, first.Limit))
		}
	}
	return list
}

// entryWords names an entry of clouds.yaml; empty: its only one.
func entryWords(name string) string {
	if name == "" {
		return ""
	}
	return " (entry " + name + ")"
}
