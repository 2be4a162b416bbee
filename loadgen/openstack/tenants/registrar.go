package tenants

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Registrar makes tenants on an OpenStack cloud.
type Registrar struct {
	// Services are those in which loads make things, in the order in which these
	// can be deleted, and those that keep quotas.
	Services []openstack.Service
	// Workloads are those of the run's loads. What their services do not tell the
	// administrator in a project is not known to be nothing.
	Workloads []string
	// Transport is how images are fetched that are somewhere else; nil: as net/http does.
	Transport http.RoundTripper

	sources sources
}

// Check asks who may make them, and whether those that are given let somebody in, and gets the
// images that they are to have.
func (r *Registrar) Check(ctx context.Context, env loadgen.Env, tenants []loadgen.Tenants) error {
	var wrong []error
	for _, t := range tenants {
		if err := r.check(ctx, env, t); err != nil {
			wrong = append(wrong, fmt.Errorf("tenants %s: %w", t.Name, err))
		}
	}
	return errors.Join(wrong...)
}

// Close lets go of the images.
func (r *Registrar) Close() error {
	if err := r.sources.close(); err != nil {
		return fmt.Errorf("close images of tenants: %w", err)
	}
	return nil
}

// images are those that tenants are to have.
func (r *Registrar) images(ctx context.Context, wanted []loadgen.TenantImage) (*sources, error) {
	return &r.sources, r.sources.get(ctx, wanted, r.Transport)
}

func (r *Registrar) check(ctx context.Context, env loadgen.Env, t loadgen.Tenants) error {
	if t.Given() {
		return given(ctx, env, t)
	}
	a, err := enter(ctx, env)
	if err != nil {
		return err
	}
	defer a.client.Close()
	if _, err := a.roles(ctx, t); err != nil {
		return err
	}
	if _, err = r.keepers(ctx, a, t); err != nil {
		return err
	}
	if _, err = a.networks(ctx, t.Network); err != nil {
		return err
	}
	if _, err = a.sizes(ctx, t.Flavors); err != nil {
		return err
	}
	if len(t.Images) == 0 {
		return nil
	}
	if _, err = a.client.Find(ctx, "image", services.NewImageV2); err != nil {
		return fmt.Errorf("images: %w", err)
	}
	_, err = r.images(ctx, t.Images)
	return err
}

// given tells whether every entry lets somebody in.
func given(ctx context.Context, env loadgen.Env, t loadgen.Tenants) error {
	var wrong []error
	for _, name := range t.Clouds {
		env.Account = &loadgen.Account{Cloud: name}
		client, err := openstack.NewClient(env)
		if err == nil {
			err = client.Authenticate(ctx)
			client.Close()
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("entry %s of clouds.yaml: %w", name, err))
		}
	}
	return errors.Join(wrong...)
}

// administrator is the one who makes projects and users.
type administrator struct {
	client   *openstack.Client
	keystone *gophercloud.ServiceClient
	entry    string
}

// enter gets a token. An application credential is refused, since it lets nobody
// into another project, to remove what is in it.
func enter(ctx context.Context, env loadgen.Env) (*administrator, error) {
	client, err := openstack.NewClient(env)
	if err != nil {
		return nil, err
	}
	if client.Auth.ApplicationCredentialID != "" || client.Auth.ApplicationCredentialName != "" {
		client.Close()
		return nil, fmt.Errorf("entry %s of clouds.yaml is an application credential, which is bound to its project: projects are made by an administrator with a password, or given by clouds: [ENTRY, …]", env.Cloud)
	}
	if err := client.Authenticate(ctx); err != nil {
		client.Close()
		return nil, err
	}
	keystone, err := client.Find(ctx, "identity", services.NewIdentityV3)
	if err != nil {
		client.Close()
		return nil, err
	}
	return &administrator{client, keystone, env.Cloud}, nil
}

// may says in words why a call was refused to this user.
func (a *administrator) may(what string, err error) error {
	if openstack.Outcome(err, nil).Status == http.StatusForbidden {
		return fmt.Errorf("%s: the user of entry %s of clouds.yaml may not (403): projects and users are made by an administrator, or given by clouds: [ENTRY, …]", what, a.entry)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// roles are the ids of what each user of tenants has, by names or ids, of which none may be the
// administrator's.
func (a *administrator) roles(ctx context.Context, t loadgen.Tenants) (ids []string, err error) {
	all, err := openstack.Every(ctx, roles.List(a.keystone, roles.ListOpts{}), roles.ExtractRoles)
	if err != nil {
		return nil, a.may("list roles", err)
	}
	for _, wanted := range append([]string{t.Role}, t.Roles...) {
		id, err := openstack.Choose("role", wanted, all, func(r roles.Role) (string, string) { return r.ID, r.Name })
		if err != nil {
			return nil, err
		}
		for _, role := range all {
			if role.ID == id && role.Name == openstack.Administrator {
				return nil, fmt.Errorf("role %s: nobody whom Eris makes is given the cloud", wanted)
			}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// keeper is a service that keeps quotas, as the administrator reaches it.
type keeper struct {
	*openstack.QuotaSet
	service *gophercloud.ServiceClient
	quotas  map[string]int
}

// keepers are those that are to limit the projects.
func (r *Registrar) keepers(ctx context.Context, a *administrator, t loadgen.Tenants) ([]keeper, error) {
	var all []keeper
	for _, s := range r.Services {
		if s.Quotas == nil || len(t.Quotas[s.Name]) == 0 {
			continue
		}
		service, err := a.client.Find(ctx, s.Name, s.Find)
		if err != nil {
			return nil, fmt.Errorf("quotas: %w", err)
		}
		all = append(all, keeper{s.Quotas, service, t.Quotas[s.Name]})
	}
	return all, nil
}

// Remove removes what the run has in its projects, and then these.
func (r *Registrar) Remove(ctx context.Context, env loadgen.Env) error {
	cleaned, err := openstack.Cleaning{
		Env: env, Services: r.Services, Owner: openstack.OfRun(env.Run),
		Needs: func(s openstack.Service) bool { return s.Admin || slices.ContainsFunc(r.Workloads, s.Does) },
		Known: true, // they were made with these
	}.Remove(ctx)
	if err != nil {
		return fmt.Errorf("remove tenants: %w", err)
	}
	var left []string
	for _, each := range cleaned.Left {
		left = append(left, strings.TrimSuffix(each.What+" is left: "+each.Why, ": "))
	}
	for _, each := range cleaned.Unknown {
		left = append(left, "it is not known what is left of "+each.What+": "+each.Why)
	}
	if len(left) > 0 {
		return fmt.Errorf("remove tenants: %s", strings.Join(left, "; "))
	}
	return nil
}
