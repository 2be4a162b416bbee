package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// How long making tenants may take, and removing them with all that is in them, each
// with more for each project. Several projects are worked on at once, and of one it is
// looked for some seconds whether something still comes.
const (
	checkAccessMost   = time.Minute
	makeTenantsMost   = 10 * time.Minute
	removeTenantsMost = 5 * time.Minute
	eachTenantMost    = 2 * time.Second
	eachUploadMost    = 30 * time.Second // of an image to one of many projects
)

// projects are how many are made for the run.
func (r *Run) projects() (n int) {
	for _, t := range r.plan.Spec.Tenants {
		n += t.Projects
	}
	return n
}

// fetchMost is how long getting the images may take that are somewhere else.
func (r *Run) fetchMost() (most time.Duration) {
	for _, t := range r.plan.Spec.Tenants {
		for _, image := range t.Images {
			if image.URL != "" {
				most += loadgen.ImageFetchMost
			}
		}
	}
	return most
}

// uploadMost is how long uploading images to all projects may take.
func (r *Run) uploadMost() (most time.Duration) {
	for _, t := range r.plan.Spec.Tenants {
		most += time.Duration(len(t.Images)) * (loadgen.ImageSendMost + time.Duration(t.Projects)*eachUploadMost)
	}
	return most
}

// accountsMost is how long may be worked on all accounts of the run's loads, where one
// alone may take so long.
func (r *Run) accountsMost(one time.Duration) time.Duration {
	n := 0
	for _, t := range r.plan.Spec.Tenants {
		n += t.Accounts()
	}
	return one + time.Duration(n)*eachTenantMost
}

// checkAccess asks whether loads can have the microversions and the sessions that
// they want, whether their tenants can be had, and whether quotas have room for them, and makes
// nothing in the cloud.
func (r *Run) checkAccess(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkAccessMost+r.fetchMost())
	defer cancel()
	return errors.Join(r.checkMicroversions(ctx), r.checkTenants(ctx), r.checkRoom(ctx))
}

func (r *Run) checkMicroversions(ctx context.Context) error {
	if len(r.plan.Spec.Microversions) == 0 {
		return nil
	}
	if r.Microversions == nil {
		return errors.New("microversions: nothing here asks for any")
	}
	return r.Microversions(ctx, r.env("preflight"))
}

func (r *Run) checkTenants(ctx context.Context) error {
	if at := slices.IndexFunc(r.plan.Spec.Loads, func(l *scenarios.Load) bool { return l.Fresh }); at >= 0 && r.Fresh == nil {
		return fmt.Errorf("load %s: nothing here gets a token for each iteration", r.plan.Spec.Loads[at].Name)
	}
	all := r.plan.Spec.Tenants
	switch {
	case len(all) == 0:
		return nil
	case r.Registrar == nil:
		return fmt.Errorf("tenants %s: nothing here makes any", all[0].Name)
	}
	return r.Registrar.Check(ctx, r.administrator("tenants"), all)
}

// administrator is the environment of who makes tenants: it asks for no version.
func (r *Run) administrator(name string) loadgen.Env {
	env := r.env(name)
	env.Microversions = nil
	return env
}

// doing tells whoever watches what is done now.
func (r *Run) doing(what string) {
	if r.Doing != nil {
		r.Doing(what)
	}
}

// makeTenants makes those for whom loads act.
func (r *Run) makeTenants(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, makeTenantsMost+time.Duration(r.projects())*eachTenantMost+r.uploadMost())
	defer cancel()
	for _, t := range r.plan.Spec.Tenants {
		if !t.Given() {
			r.doing("tenants are made: " + t.Name)
		}
		r.made = r.made || !t.Given()
		accounts, err := r.Registrar.Make(ctx, r.administrator(t.Name), t)
		if err != nil {
			return err
		}
		r.accounts[t.Name] = accounts
	}
	return nil
}

// workload is what a load sends: as it stands, with a token for each iteration, or
// over its tenants.
func (r *Run) workload(load *scenarios.Load) loadgen.Workload {
	workload := load.Workload
	if load.Fresh {
		workload = r.Fresh(workload)
	}
	if load.Tenants == nil {
		return workload
	}
	return &loadgen.Spread{Workload: workload, Accounts: r.accounts[load.Tenants.Name], Random: load.Tenants.Random}
}

// removeTenants removes what was made, after the loads have removed what they
// have made; what cannot be removed is residue.
func (r *Run) removeTenants(ctx context.Context) {
	if !r.made {
		return
	}
	r.doing("tenants are removed")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTenantsMost+time.Duration(r.projects())*eachTenantMost)
	defer cancel()
	if err := r.Registrar.Remove(ctx, r.administrator("tenants")); err != nil {
		r.event(record.Event{Residue: &record.Residue{What: err.Error(), Remedy: r.cleanup()}})
	}
}

// cleanup is the command that removes what loads have left, also from the entries of
// clouds.yaml that were given to them.
func (r *Run) cleanup() string {
	var b strings.Builder
	fmt.Fprintf(&b, "eris cleanup %s -i %s", r.Record.ID(), r.plan.Inventory.File)
	for _, t := range r.plan.Spec.Tenants {
		for _, name := range t.Clouds {
			fmt.Fprintf(&b, " --cloud %s", name)
		}
	}
	return b.String()
}
