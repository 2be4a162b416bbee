package tenants

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/users"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

const (
	atOnce  = 8                // projects that are made at once
	oneMost = 30 * time.Second // the longest one call may take
)

// Make makes the projects of one, some at once, and in each its users. Accounts
// that follow one another are of different projects.
func (r *Registrar) Make(ctx context.Context, env loadgen.Env, t loadgen.Tenants) ([]loadgen.Account, error) {
	accounts := make([]loadgen.Account, t.Accounts())
	if t.Given() {
		for n, name := range t.Clouds {
			accounts[n].Cloud = name
		}
		return accounts, nil
	}
	a, err := enter(ctx, env)
	if err != nil {
		return nil, fmt.Errorf("make tenants %s: %w", t.Name, err)
	}
	defer a.client.Close()
	m := &maker{administrator: a, env: env, run: env.Run, tenants: t, accounts: accounts}
	m.domain, m.domainName = a.client.Domain()
	if m.given, err = a.roles(ctx, t); err == nil {
		m.keepers, err = r.keepers(ctx, a, t)
	}
	if err == nil {
		m.network, err = a.networks(ctx, t.Network)
	}
	if err == nil {
		m.sources, err = r.images(ctx, t.Images)
	}
	if err == nil {
		m.sizing, err = a.sizes(ctx, t.Flavors)
	}
	if err == nil && m.sizing != nil {
		err = m.sizing.make(ctx, a, env.Run, t.Name)
	}
	if err == nil {
		err = m.all(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("make tenants %s: %w", t.Name, err)
	}
	return accounts, nil
}

// maker makes projects and users.
type maker struct {
	*administrator
	env     loadgen.Env // of the administrator
	run     string
	tenants loadgen.Tenants
	given   []string // the ids of the roles
	// domain is that of the administrator's project, where he may make projects and
	// users and finds them again: its id and name.
	domain, domainName string

	keepers  []keeper
	network  *networking // nil: projects are given none
	sizing   *sizing     // nil: they have the cloud's flavors alone
	sources  *sources    // of images
	accounts []loadgen.Account
}

// all makes all projects; after one that failed it begins no other.
func (m *maker) all(ctx context.Context) error {
	var failed atomic.Bool
	errs := make([]error, m.tenants.Projects)
	room := make(chan struct{}, atOnce)
	var making sync.WaitGroup
	for n := range errs {
		room <- struct{}{}
		making.Go(func() {
			defer func() { <-room }()
			if failed.Load() {
				return
			}
			if errs[n] = m.project(ctx, n); errs[n] != nil {
				failed.Store(true)
			}
		})
	}
	making.Wait()
	return errors.Join(errs...)
}

// project makes the nth project. The administrator joins it, so that whoever
// cleans up sees what is in it.
func (m *maker) project(ctx context.Context, n int) error {
	name := openstack.Name(m.run, m.tenants.Name, n)
	project, err := called(ctx, func(ctx context.Context) (*projects.Project, error) {
		return projects.Create(ctx, m.keystone, projects.CreateOpts{
			Name: name, Description: "made by eris " + m.run, Tags: []string{openstack.Tag(m.run), openstack.TenantTag}, DomainID: m.domain,
		}).Extract()
	})
	if err != nil {
		return m.may("make project "+name, err)
	}
	join := func(ctx context.Context) (bool, error) {
		return true, m.client.JoinProject(ctx, m.keystone, project.ID)
	}
	if _, err := called(ctx, join); err != nil {
		return m.may("join project "+name, err)
	}
	for _, k := range m.keepers {
		set := func(ctx context.Context) (loadgen.Outcome, error) {
			o := k.Set(ctx, k.service, project.ID, k.quotas)
			return o, o.Err
		}
		if o, err := called(ctx, set); o.Class != record.OK {
			return m.may("set quotas of project "+name, err)
		}
	}
	if m.network != nil {
		if err := m.network.make(ctx, name, project.ID); err != nil {
			return m.may("project "+name, err)
		}
	}
	if m.sizing != nil {
		if err := m.sizing.open(ctx, m.administrator, project.ID); err != nil {
			return fmt.Errorf("project %s: %w", name, err)
		}
	}
	return m.people(ctx, n, name, project.ID)
}

// people makes the users of the nth project, and has the first of them upload its images.
func (m *maker) people(ctx context.Context, n int, name, project string) error {
	for u := range m.tenants.Users {
		account := &m.accounts[u*m.tenants.Projects+n]
		account.Project = project
		if err := m.user(ctx, u*m.tenants.Projects+n, account); err != nil {
			return err
		}
	}
	images, err := m.upload(ctx, m.accounts[n])
	if err != nil {
		return fmt.Errorf("project %s: %w", name, err)
	}
	for u := range m.tenants.Users {
		account := &m.accounts[u*m.tenants.Projects+n]
		account.Images = images
		if m.sizing != nil {
			account.Flavors = m.sizing.made
		}
	}
	return nil
}

// user makes a user with a password that nobody else knows, and a role in the
// account's project alone.
func (m *maker) user(ctx context.Context, n int, account *loadgen.Account) error {
	name := openstack.Name(m.run, m.tenants.Name, n)
	account.Password = "Eris-" + rand.Text() + "-7z" // of all kinds of letters, as some clouds want it
	user, err := called(ctx, func(ctx context.Context) (*users.User, error) {
		return users.Create(ctx, m.keystone, users.CreateOpts{
			Name: name, Password: account.Password, Description: "made by eris " + m.run, DomainID: m.domain,
			Options: map[users.Option]any{users.IgnoreChangePasswordUponFirstUse: true},
		}).Extract()
	})
	if err != nil {
		return m.may("make user "+name, err)
	}
	account.User, account.Name, account.Domain = user.ID, name, m.domainName
	for _, role := range m.given {
		give := func(ctx context.Context) (bool, error) {
			to := roles.AssignOpts{UserID: user.ID, ProjectID: account.Project}
			return true, roles.Assign(ctx, m.keystone, role, to).ExtractErr()
		}
		if _, err := called(ctx, give); err != nil {
			return m.may("give user "+name+" its role", err)
		}
	}
	return nil
}

// called is what a call gives that may take so long.
func called[T any](ctx context.Context, call func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, oneMost)
	defer cancel()
	return call(ctx)
}
