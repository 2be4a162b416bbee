package openstack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/loadgen"
)

// Service is an OpenStack service in which loads make things.
type Service struct {
	Name  string   // as messages call it, e.g. compute
	Loads []string // begin the names of its workloads, e.g. nova, or are those of another service that make things here
	Find  Finder   // gophercloud's constructor of its client
	// Kinds are what loads make there, in the order in which they can be deleted.
	Kinds func(*Client, *gophercloud.ServiceClient) []*Kind
	// Common are those of them that an administrator makes for projects of a run, and that
	// are in none; nil: none. They are looked for where the credentials are alone.
	Common func(*Client, *gophercloud.ServiceClient) []*Kind
	// Admin says that only an administrator can make them.
	Admin bool
	// Barring says that who may not make them may not list them either.
	Barring bool
	// Quotas are those that a project can have of its own there; nil: none.
	Quotas *QuotaSet
	// Forget removes what the service itself has made for a project that is to be
	// deleted next; nil: nothing.
	Forget func(ctx context.Context, service *gophercloud.ServiceClient, project string) error
	// ForgetUser removes what there is of a user, and of no project, who is to be
	// deleted next; nil: nothing. An error says that the user may not be deleted yet.
	ForgetUser func(ctx context.Context, service *gophercloud.ServiceClient, user string) error
}

// What is made for the projects of a run is told, beside its workloads, by these, as if by
// workloads of their own.
const (
	MakesNetworks = "tenants.network"
	MakesFlavors  = "tenants.flavors"
	MakesImages   = "tenants.images"
)

// MakesFor are those of the above by which tenants are made.
func MakesFor(t loadgen.Tenants) (names []string) {
	if t.Network != nil {
		names = append(names, MakesNetworks)
	}
	if len(t.Flavors) > 0 {
		names = append(names, MakesFlavors)
	}
	if len(t.Images) > 0 {
		names = append(names, MakesImages)
	}
	return names
}

// Does tells whether a workload makes things there.
func (s Service) Does(workload string) bool {
	begin, _, _ := strings.Cut(workload, ".")
	return slices.Contains(s.Loads, begin) || slices.Contains(s.Loads, workload)
}

// Cleaning removes what loads left, whatever became of their runs: it knows it
// by what the cloud says of it.
type Cleaning struct {
	Env      loadgen.Env // with the credentials of the loads
	Services []Service   // in the order in which what they have can be deleted
	Owner    Owner
	// Needs tells whether a service has to be known to have nothing. One that
	// has not, and that the cloud does not have or does not tell these
	// credentials about, has nothing that they could have made.
	Needs func(Service) bool
	// Unrecorded says that nobody knows which workloads there were. A service that bars
	// the administrator in a project that was made is not known to have nothing there.
	Unrecorded bool
	// Known says that these credentials have let somebody in before. A Keystone that
	// refuses them now has not recovered, and is asked again.
	Known bool
}

// Cleaned is what came of a cleaning.
type Cleaned struct {
	Gone []string // what was there and is not any more, as "server eris-…-7"
	Left []Left   // what is there
	// Unknown are the kinds of which it is not known whether any are left.
	Unknown []Left
	// Absent are the services that the catalogue does not have. They are taken for
	// services that the cloud does not have.
	Absent []string
}

// Left is what could not be removed, or not be looked at.
type Left struct {
	What string
	Why  string // empty where nobody has tried, or it is on its way
}

// step is what is done about the leftovers of one kind.
type step func(*leftovers, context.Context) error

// Look lists what there is, and touches nothing. An error says that these
// credentials let nobody in, where they are not Known.
func (c Cleaning) Look(ctx context.Context) (Cleaned, error) {
	return c.work(ctx, (*leftovers).look, true)
}

// Remove deletes all of it and sees that it is gone, again and again until ctx
// ends: a service may be away, and a thing may still come that was asked for
// when its load died. An error says that these credentials let nobody in, where they
// are not Known.
func (c Cleaning) Remove(ctx context.Context) (Cleaned, error) {
	return c.work(ctx, (*leftovers).sweep, false)
}

func (c Cleaning) work(ctx context.Context, each step, once bool) (Cleaned, error) {
	client, err := NewClient(c.Env)
	if err != nil {
		return Cleaned{}, err
	}
	w := &cleaner{Cleaning: c, client: client, each: each, once: once, met: map[string]string{}, tenants: map[string]*tenant{}}
	defer w.close()
	for _, service := range c.Services {
		w.places = append(w.places, &place{Service: service})
	}
	quiet, inside := time.Now(), false
	var refusal error
	for {
		if !inside {
			err := authenticate(ctx, client)
			if err != nil && refusal != nil && ctx.Err() != nil {
				err = refusal // that the time for all of it has ended meanwhile tells nothing
			}
			refusal = err
			if inside = err == nil; !c.Known && Outcome(err, nil).Status == http.StatusUnauthorized {
				return Cleaned{}, err
			}
			for _, p := range w.places {
				p.wrong = err
			}
		}
		clean := inside
		for _, p := range w.places {
			clean = inside && w.visit(ctx, client, p) && clean
		}
		if !clean {
			quiet = time.Now()
		}
		if once || time.Since(quiet) >= settle || pause(ctx, look) != nil {
			return w.result(), nil
		}
	}
}

func authenticate(ctx context.Context, client *Client) error {
	call, cancel := context.WithTimeout(ctx, oneCall)
	defer cancel()
	return client.Authenticate(call)
}

// short is an error in the service's own words where it has some.
func short(err error) string {
	if err == nil {
		return ""
	}
	answer, ok := answered(err)
	if !ok {
		return err.Error()
	}
	message := http.StatusText(answer.Actual)
	var body map[string]struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(answer.Body, &body) == nil && len(body) == 1 {
		for _, told := range body {
			message = cmp.Or(strings.Join(strings.Fields(told.Message), " "), message)
		}
	}
	return fmt.Sprintf("%d: %s", answer.Actual, message)
}
