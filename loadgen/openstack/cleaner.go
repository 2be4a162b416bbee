package openstack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/gophercloud/gophercloud/v2"
)

// cleaner is a Cleaning that goes on.
type cleaner struct {
	Cleaning
	client *Client
	each   step
	once   bool // it only looks
	places []*place

	mu      sync.Mutex
	met     map[string]string  // by kind and id
	tenants map[string]*tenant // by the id of the project
}

// place is a service while it is cleaned.
type place struct {
	Service
	in     string // words for the project that it is looked at in; empty: that of the credentials
	client *gophercloud.ServiceClient
	kinds  []*leftovers // nil until it was found
	none   bool         // it has nothing
	away   bool         // it is not in the catalogue
	wrong  error        // why it was not found
}

func (c *cleaner) close() {
	c.client.Close()
	for _, t := range c.tenants {
		if t.client != nil {
			t.client.Close()
		}
	}
}

// visit tells whether a service is known to have nothing.
func (c *cleaner) visit(ctx context.Context, client *Client, p *place) bool {
	if p.kinds == nil && !p.none {
		c.find(ctx, client, p)
	}
	clean := p.wrong == nil
	for _, kind := range p.kinds {
		err := c.each(kind, ctx)
		if !kind.known && c.barred(p, err) && !p.answered() {
			p.none, p.kinds = true, nil
			return true
		}
		c.meet(kind.seen, p.in)
		clean = clean && kind.known && len(kind.seen) == 0
		if c.once && kind.empty != nil {
			for _, made := range kind.seen {
				_ = kind.empty(ctx, made) // the project itself counts as left
			}
		}
	}
	return clean
}

func (c *cleaner) meet(seen []Made, in string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, made := range seen {
		c.met[made.key()] = made.String() + in
	}
}

// answered tells whether any of its kinds was ever listed.
func (p *place) answered() bool {
	return slices.ContainsFunc(p.kinds, func(kind *leftovers) bool { return kind.known || len(kind.seen) > 0 })
}

// find finds a service in the catalogue.
func (c *cleaner) find(ctx context.Context, client *Client, p *place) {
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
	p.client = service
	kinds := p.Kinds(client, service)
	if p.Common != nil && p.in == "" {
		kinds = append(kinds, p.Common(client, service)...)
	}
	for _, kind := range kinds {
		left := &leftovers{kind: kind, owner: c.Owner}
		if kind.Holds {
			left.empty = func(ctx context.Context, project Made) error { return c.empty(ctx, service, project) }
		}
		if kind.Owns {
			left.empty = c.disown
		}
		p.kinds = append(p.kinds, left)
	}
}

// disown has every service forget a user.
func (c *cleaner) disown(ctx context.Context, user Made) error {
	if c.once {
		return nil // the user itself counts as left
	}
	for _, p := range c.places {
		if p.ForgetUser == nil || p.none {
			continue
		}
		if p.client == nil {
			return fmt.Errorf("the %s service may keep something of it: %w", p.Name, p.wrong)
		}
		call, cancel := context.WithTimeout(ctx, oneCall)
		err := p.ForgetUser(call, p.client, user.ID)
		cancel()
		if err != nil {
			return fmt.Errorf("the %s service keeps something of it: %w", p.Name, err)
		}
	}
	return nil
}

// barred tells whether these credentials may not see what they could not have
// made. In a project that was made it was others who could.
func (c *cleaner) barred(p *place, err error) bool {
	return p.Barring && !c.Needs(p.Service) && (p.in == "" || !c.Unrecorded) && Outcome(err, nil).Status == http.StatusForbidden
}

// result says what is gone, left and unknown.
func (c *cleaner) result() Cleaned {
	var r Cleaned
	c.tell(&r, c.places)
	for _, what := range c.met {
		r.Gone = append(r.Gone, what)
	}
	slices.Sort(r.Gone)
	return r
}

// tell says what is left in some services, and in the projects that are left
// there.
func (c *cleaner) tell(r *Cleaned, places []*place) {
	for _, p := range places {
		if p.away && p.in == "" {
			r.Absent = append(r.Absent, p.Name)
		}
		if p.kinds == nil && !p.none {
			r.Unknown = append(r.Unknown, Left{"the " + p.Name + " service" + p.in, short(p.wrong)})
		}
		for _, kind := range p.kinds {
			if !kind.known {
				r.Unknown = append(r.Unknown, Left{kind.kind.words() + p.in, short(kind.wrong)})
			}
			for _, made := range kind.seen {
				if t := c.tenants[made.ID]; kind.empty != nil && t != nil {
					c.tell(r, t.places)
					if t.wrong != nil {
						r.Unknown = append(r.Unknown, Left{"what is" + inProject(made), short(t.wrong)})
					}
				}
				r.Left = append(r.Left, Left{fmt.Sprintf("%s%s (%s)", made, p.in, made.ID), short(kind.why[made.ID])})
				delete(c.met, made.key())
			}
		}
	}
}
