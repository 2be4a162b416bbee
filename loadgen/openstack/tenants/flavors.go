package tenants

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// sizing makes the flavors of tenants, once for all of their projects. None is public: the cloud's
// users are not shown what is there for the length of a run.
type sizing struct {
	nova   *gophercloud.ServiceClient
	wanted []loadgen.TenantFlavor
	made   []loadgen.MadeFlavor
}

// sizes finds Nova; nil where no flavor is wanted.
func (a *administrator) sizes(ctx context.Context, wanted []loadgen.TenantFlavor) (*sizing, error) {
	if len(wanted) == 0 {
		return nil, nil //nolint:nilnil // there is nothing to be made, which is no error
	}
	nova, err := a.client.Find(ctx, "compute", services.NewComputeV2)
	if err != nil {
		return nil, fmt.Errorf("flavors: %w", err)
	}
	return &sizing{nova: nova, wanted: wanted}, nil
}

// make makes the flavors. They bear names of the run, by which a cleanup knows them.
func (s *sizing) make(ctx context.Context, a *administrator, run, tenants string) error {
	hidden := false
	for n, f := range s.wanted {
		name := openstack.Name(run, tenants, n)
		made, err := called(ctx, func(ctx context.Context) (*flavors.Flavor, error) {
			return flavors.Create(ctx, s.nova, flavors.CreateOpts{
				Name: name, RAM: f.RAM, VCPUs: f.VCPUs, Disk: &f.Disk, Ephemeral: &f.Ephemeral, Swap: &f.Swap, IsPublic: &hidden,
			}).Extract()
		})
		if err != nil {
			return a.may(fmt.Sprintf("make flavor %s (%s)", name, f.Name), err)
		}
		s.made = append(s.made, loadgen.MadeFlavor{ID: made.ID, TenantFlavor: f})
		if len(f.ExtraSpecs) == 0 {
			continue
		}
		if _, err := called(ctx, func(ctx context.Context) (map[string]string, error) {
			return flavors.CreateExtraSpecs(ctx, s.nova, made.ID, flavors.ExtraSpecsOpts(f.ExtraSpecs)).Extract()
		}); err != nil {
			return a.may(fmt.Sprintf("give flavor %s (%s) its extra specs", name, f.Name), err)
		}
	}
	return nil
}

// open lets a project use them.
func (s *sizing) open(ctx context.Context, a *administrator, project string) error {
	for _, f := range s.made {
		if _, err := called(ctx, func(ctx context.Context) ([]flavors.FlavorAccess, error) {
			return flavors.AddAccess(ctx, s.nova, f.ID, flavors.AddAccessOpts{Tenant: project}).Extract()
		}); err != nil {
			return a.may("let it use the flavor "+f.Name, err)
		}
	}
	return nil
}
