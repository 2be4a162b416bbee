package keystone

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteProject makes a project and a user with a role in it, takes
// the role away and deletes both, as Rally's
// KeystoneBasic.create_add_and_remove_user_role and create_and_delete_project
// do. Project and user are disabled and let nobody in.
type CreateAndDeleteProject struct {
	administrator `yaml:",inline"`
	Given         string `yaml:"role" help:"name or id of the role that the user is given"`
}

// NewCreateAndDeleteProject has the defaults.
func NewCreateAndDeleteProject() *CreateAndDeleteProject {
	return &CreateAndDeleteProject{Given: "member"}
}

// Open gets a token and finds the role.
func (w *CreateAndDeleteProject) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	d, err := w.open(ctx, env)
	if err != nil {
		return nil, err
	}
	role, err := d.findRole(ctx, w.Given)
	if err != nil {
		d.making.Client.Close()
		return nil, err
	}
	d.making.Subject = d.project
	d.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		project := i.MakeProject(ctx, d.keystone, d.project)
		user := d.makeUser(ctx, i)
		i.Do("keystone_v3.add_role", func() loadgen.Outcome {
			return openstack.Ended(roles.Assign(ctx, d.keystone, role, roles.AssignOpts{UserID: user.ID, ProjectID: project.ID}).Result)
		})
		i.Do("keystone_v3.revoke_role", func() loadgen.Outcome {
			return openstack.Ended(roles.Unassign(ctx, d.keystone, role, roles.UnassignOpts{UserID: user.ID, ProjectID: project.ID}).Result)
		})
		i.Remove(ctx, "keystone_v3.delete_user", user)
		i.Remove(ctx, "keystone_v3.delete_project", project)
	}
	return d.making.Start(ctx, env)
}

// findRole is the id of the role of that name or id.
func (d *directory) findRole(ctx context.Context, wanted string) (string, error) {
	all, err := openstack.Every(ctx, roles.List(d.keystone, roles.ListOpts{}), roles.ExtractRoles)
	if err != nil {
		return "", err
	}
	return openstack.Choose("role", wanted, all, func(r roles.Role) (string, string) { return r.ID, r.Name })
}
