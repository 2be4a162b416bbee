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
}

// Tenants are the projects and users over whom a load spreads its iterations:
// made for the run, or given as entries of clouds.yaml.
type Tenants struct {
	Name     string // in the scenario
	Clouds   []string
	Projects int
	Users    int                       // of each project
	Role     string                    // name or id of what a user has in its project
	Quotas   map[string]map[string]int // of each project: by service (nova, cinder, neutron) and resource
	Random   bool                      // iterations are drawn, not in turn
}

// Given tells that they are there, and that nothing is made.
func (t Tenants) Given() bool { return len(t.Clouds) > 0 }

// Accounts is how many there are.
func (t Tenants) Accounts() int { return cmp.Or(len(t.Clouds), t.Projects*t.Users) }

// Registrar makes tenants for a run, and removes them.
type Registrar interface {
	// Check says why a run could not have these, and makes nothing: who may not
	// make projects and users, an entry of clouds.yaml that lets nobody in.
	Check(ctx context.Context, env Env, tenants []Tenants) error
	// Make makes the accounts of one, or names those that are given. After an
	// error some may be there, for Remove.
	Make(ctx context.Context, env Env, tenants Tenants) ([]Account, error)
	// Remove removes what the run has in the projects that were made, and then
	// them with their users. The error names what is left, or may be.
	Remove(ctx context.Context, env Env) error
}
