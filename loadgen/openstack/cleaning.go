package openstack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
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
	// Admin says that only an administrator can make them, and list them.
	Admin bool
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

// place is a service while it is cleaned.
type place struct {
	Service
	kinds []*leftovers // nil until it was found
	none  bool         // it has nothing
	away  bool         // it is not in the catalogue
	wrong error        // why it was not found
}

// Look lists what there is, and touches nothing. An error says that these
// credentials let nobody in.
func (c Cleaning) Look(ctx context.Context) (Cleaned, error) {
	return c.work(ctx, (*leftovers).look, true)
}

// Remove deletes all of it and sees that it is gone, again and again until ctx
// ends: a service may be away, and a thing may still come that was asked for
// when its load died. An error says that these credentials let nobody in.
func (c Cleaning) Remove(ctx context.Context) (Cleaned, error) {
	return c.work(ctx, (*leftovers).sweep, false)
}

func (c Cleaning) work(ctx context.Context, each func(*leftovers, context.Context) error, once bool) (Cleaned, error) {
	client, err := NewClient(c.Env)
	if err != nil {
		return Cleaned{}, err
	}
	defer client.Close()
	var places []*place
	for _, service := range c.Services {
		places = append(places, &place{Service: service})
	}
	met := map[string]string{} // by kind and id
	quiet, inside := time.Now(), false
	for {
		if !inside {
			err := authenticate(ctx, client)
			if inside = err == nil; Outcome(err, nil).Status == http.StatusUnauthorized {
				return Cleaned{}, err
			}
			for _, p := range places {
				p.wrong = err
			}
		}
		clean := inside
		for _, p := range places {
			clean = inside && c.visit(ctx, client, p, each, met) && clean
		}
		if !clean {
			quiet = time.Now()
		}
		if once || time.Since(quiet) >= settle || pause(ctx, look) != nil {
			return result(places, met), nil
		}
	}
}

func authenticate(ctx context.Context, client *Client) error {
	call, cancel := context.WithTimeout(ctx, oneCall)
	defer cancel()
	return client.Authenticate(call)
}

// visit tells whether a service is known to have nothing.
func (c Cleaning) visit(ctx context.Context, client *Client, p *place, each func(*leftovers, context.Context) error, met map[string]string) bool {
	if p.kinds == nil && !p.none {
		c.find(ctx, client, p)
	}
	clean := p.wrong == nil
	for _, kind := range p.kinds {
		err := each(kind, ctx)
		if !kind.known && c.barred(p.Service, err) && !p.answered() {
			p.none, p.kinds = true, nil
			return true
		}
		for _, made := range kind.seen {
			met[made.key()] = made.String()
		}
		clean = clean && kind.known && len(kind.seen) == 0
	}
	return clean
}

// answered tells whether any of its kinds was ever listed.
func (p *place) answered() bool {
	return slices.ContainsFunc(p.kinds, func(kind *leftovers) bool { return kind.known || len(kind.seen) > 0 })
}

// find finds a service in the catalogue.
func (c Cleaning) find(ctx context.Context, client *Client, p *place) {
	call, cancel := context.WithTimeout(ctx, oneCall)
	defer cancel()
	service, err := client.Find(call, p.Name, p.Find)
	if missing := (*gophercloud.ErrEndpointNotFound)(nil); errors.As(err, &missing) && !c.Needs(p.Service) {
		p.none, p.away = true, true
		return
	}
	if p.wrong = err; err != nil {
		return
	}
	for _, kind := range p.Kinds(client, service) {
		p.kinds = append(p.kinds, &leftovers{kind: kind, owner: c.Owner})
	}
}

// barred tells whether these credentials may not see what they could not have
// made.
func (c Cleaning) barred(s Service, err error) bool {
	return s.Admin && !c.Needs(s) && Outcome(err, nil).Status == http.StatusForbidden
}

// result says what is gone, left and unknown.
func result(places []*place, met map[string]string) Cleaned {
	var r Cleaned
	for _, p := range places {
		if p.away {
			r.Absent = append(r.Absent, p.Name)
		}
		if p.kinds == nil && !p.none {
			r.Unknown = append(r.Unknown, Left{"the " + p.Name + " service", short(p.wrong)})
		}
		for _, kind := range p.kinds {
			if !kind.known {
				r.Unknown = append(r.Unknown, Left{kind.kind.words(), short(kind.wrong)})
			}
			for _, made := range kind.seen {
				r.Left = append(r.Left, Left{fmt.Sprintf("%s (%s)", made, made.ID), short(kind.why[made.ID])})
				delete(met, made.key())
			}
		}
	}
	for _, what := range met {
		r.Gone = append(r.Gone, what)
	}
	slices.Sort(r.Gone)
	return r
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
