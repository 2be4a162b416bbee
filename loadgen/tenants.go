package loadgen

import (
	"cmp"
	"context"
)

// Account is somebody for whom a workload acts in place of the user of
// clouds.yaml. What is empty is as it is there. Its password is nowhere but here.
type Account struct {
	Cloud    string // another entry of clouds.yaml
	User     string // id
	Name     string // of that user
	Domain   string // name of its domain
	Password string
	Project  string // id
	// Flavors and Images are what was made for its project, or is planned to be where
	// somebody only looks (see Env.Needs): the ids are then the names.
	Flavors []MadeFlavor
	Images  []MadeImage
}

// Tenants are the projects and users over whom a load spreads its iterations:
// made for the run, or given as entries of clouds.yaml.
type Tenants struct {
	Name     string // in the scenario
	Clouds   []string
	Projects int
	Users    int                       // of each project
	Role     string                    // name or id of what a user has in its project
	Roles    []string                  // further ones, likewise
	Quotas   map[string]map[string]int // of each project: by service (nova, cinder, neutron) and resource
	Network  *TenantNetwork            // that each project is given; nil: none
	Flavors  []TenantFlavor            // that the projects alone may use
	Images   []TenantImage             // that are uploaded to each project
	Random   bool                      // iterations are drawn, not in turn
}

// TenantNetwork is what each project is given of networks, as Rally's context network has it.
type TenantNetwork struct {
	Networks int    // at least 1
	Subnets  int    // of each, at least 1
	Router   bool   // each network has one with a gateway
	External string // name or id of the network that it leads to; empty: the first that leads outside
}

// Uses is what that takes of a project's quotas of networks; nil of none.
func (n *TenantNetwork) Uses() map[string]int {
	if n == nil {
		return nil
	}
	uses := map[string]int{"network": n.Networks, "subnet": n.Networks * n.Subnets}
	if n.Router {
		uses["router"], uses["port"] = n.Networks, n.Networks*n.Subnets
	}
	return uses
}

// Planned is what an account will have of what is made for its project.
func (t Tenants) Planned() Account {
	var a Account
	for _, f := range t.Flavors {
		a.Flavors = append(a.Flavors, MadeFlavor{f.Name, f})
	}
	for _, i := range t.Images {
		a.Images = append(a.Images, MadeImage{ID: i.Name, Name: i.Name})
	}
	return a
}

// Given tells that they are there, and that nothing is made.
func (t Tenants) Given() bool { return len(t.Clouds) > 0 }

// Accounts is how many there are.
func (t Tenants) Accounts() int { return cmp.Or(len(t.Clouds), t.Projects*t.Users) }

// Registrar makes tenants for a run, and removes them.
type Registrar interface {
	// Check says why a run could not have these, and makes nothing in the cloud: who may
	// not make projects and users, an entry of clouds.yaml that lets nobody in. It gets
	// the images that are somewhere else, which Close lets go of.
	Check(ctx context.Context, env Env, tenants []Tenants) error
	// Make makes the accounts of one, or names those that are given. After an
	// error some may be there, for Remove.
	Make(ctx context.Context, env Env, tenants Tenants) ([]Account, error)
	// Remove removes what the run has in the projects that were made, and then
	// them with their users. The error names what is left, or may be.
	Remove(ctx context.Context, env Env) error
	// Close lets go of what Check got.
	Close() error
}
