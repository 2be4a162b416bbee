package openstack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// tenant is a project that a run has made, while what is in it is removed. Keystone
// deletes a project whatever is in it, and nobody could reach that afterwards.
type tenant struct {
	client *Client // as the administrator in this project; nil until he is
	places []*place
	idle   bool      // a load made it disabled: nobody was ever in it
	wrong  error     // why nobody could look into it
	clean  time.Time // since when it is known to have nothing; zero when it is not
}

func inProject(project Made) string { return " in project " + project.name }

func (c *cleaner) tenant(project Made) *tenant {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tenants[project.ID]
	if t == nil {
		t = &tenant{}
		c.tenants[project.ID] = t
	}
	return t
}

// empty removes what is in a project, or only looks at it. An error says that the
// project may not be deleted yet.
func (c *cleaner) empty(ctx context.Context, keystone *gophercloud.ServiceClient, project Made) error {
	t := c.tenant(project)
	if t.wrong = c.enter(ctx, keystone, t, project); t.wrong != nil || t.idle {
		return t.wrong
	}
	for {
		clean := true
		for _, p := range t.places {
			clean = c.visit(ctx, t.client, p) && clean
		}
		switch {
		case !clean:
			t.clean = time.Time{}
			return errors.New("there is, or may be, something in it")
		case c.once:
			return nil
		case t.clean.IsZero():
			t.clean = time.Now()
		}
		still := settle - time.Since(t.clean)
		if still <= 0 {
			return t.forget(ctx, project)
		}
		if pause(ctx, still) != nil { // here, so that each project goes that can, however many there are
			return errors.New("something may still come in it")
		}
	}
}

// enter lets the administrator into a project, by a role that goes with it.
func (c *cleaner) enter(ctx context.Context, keystone *gophercloud.ServiceClient, t *tenant, project Made) error {
	if t.client != nil || t.idle {
		return nil
	}
	call, cancel := context.WithTimeout(ctx, oneCall)
	defer cancel()
	now, err := projects.Get(call, keystone, project.ID).Extract()
	if err != nil {
		return err
	}
	switch {
	case now.Enabled:
	case slices.Contains(now.Tags, TenantTag):
		return errors.New("somebody has disabled it, so that nobody can look at what is in it: it has to be enabled")
	default:
		t.idle = true
		return nil
	}
	if !c.once {
		if err := c.client.JoinProject(call, keystone, project.ID); err != nil {
			return err
		}
	}
	env := c.Env
	env.Account = &loadgen.Account{Project: project.ID}
	if c.Env.Account != nil {
		env.Account.Cloud = c.Env.Account.Cloud
	}
	client, err := NewClient(env)
	if err != nil {
		return err
	}
	err = client.Authenticate(call)
	if err == nil && client.Project() != project.ID { // as that of an application credential
		err = errors.New("the token that was asked for there is of another project: it takes an administrator with a password")
	}
	if err != nil {
		client.Close()
		return err
	}
	t.client = client
	for _, service := range c.Services {
		if !service.Admin {
			t.places = append(t.places, &place{Service: service, in: inProject(project)})
		}
	}
	return nil
}

// forget has every service forget the project: quotas of its own, and what the
// service has made for it by itself.
func (t *tenant) forget(ctx context.Context, project Made) error {
	call, cancel := context.WithTimeout(ctx, oneCall)
	defer cancel()
	for _, p := range t.places {
		if p.client == nil {
			continue
		}
		if p.Quotas != nil {
			if o := p.Quotas.Reset(call, p.client, project.ID); o.Class != record.OK && o.Status != http.StatusNotFound {
				return fmt.Errorf("the %s service keeps quotas of it: %w", p.Name, o.Err)
			}
		}
		if p.Forget != nil {
			if err := p.Forget(call, p.client, project.ID); err != nil {
				return fmt.Errorf("the %s service keeps something of it: %w", p.Name, err)
			}
		}
	}
	return nil
}

// JoinProject gives the client's own user its role of an administrator in a
// project too, or all of its roles where none is called that.
func (c *Client) JoinProject(ctx context.Context, keystone *gophercloud.ServiceClient, project string) error {
	issued, ok := c.Provider.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return errors.New("join project: there is no token")
	}
	user, err := issued.ExtractUser()
	if err != nil {
		return fmt.Errorf("join project: read token's user: %w", err)
	}
	own, err := issued.ExtractRoles()
	if err != nil {
		return fmt.Errorf("join project: read token's roles: %w", err)
	}
	if at := slices.IndexFunc(own, func(r tokens.Role) bool { return r.Name == Administrator }); at >= 0 {
		own = own[at : at+1]
	}
	for _, role := range own {
		if err := roles.Assign(ctx, keystone, role.ID, roles.AssignOpts{UserID: user.ID, ProjectID: project}).ExtractErr(); err != nil {
			return fmt.Errorf("join project: give %s the role %s: %w", user.Name, role.Name, err)
		}
	}
	return nil
}

// TenantTag is that of a project in which loads act, beside those that a load makes.
const TenantTag = "eris-tenant"

// Administrator is the role of Keystone's default policies that may do everything. No
// user gets it whom Eris makes.
const Administrator = "admin"
