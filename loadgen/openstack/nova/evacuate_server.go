package nova

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// EvacuateServer keeps servers, looks whether one of them is on a host whose nova-compute
// is down, and has Nova build that one anew elsewhere: what an operator does who has
// lost a host, such as by the fault node.shutdown. An iteration that finds none has one
// operation, nova.find_servers_to_evacuate; what an evacuation costs is told by the
// operation nova.evacuate_server alone, which lasts until the server is ACTIVE on another
// host.
//
// It takes no host for down that Nova does not, and forces none down. Nobody is fenced:
// a host that is only cut off runs its servers while they are built elsewhere, and its
// nova-compute removes them when it comes back. A server whose evacuation fails goes to
// ERROR, is a wrong result once, and is left alone. After recovery each of the servers
// has to be ACTIVE, with a guest that runs, on a host whose nova-compute is up, or is lost
// work. That a guest runs is what Nova has heard of it last: its nova-compute looks every
// ten minutes (sync_power_state_interval), and after the return of a host Nova may take
// guests for running that are off.
//
// Source: https://docs.openstack.org/nova/latest/admin/evacuate.html
type EvacuateServer struct {
	Servers int    `yaml:"servers" help:"servers that are kept, 1 to 100; where they are is Nova's choice, and a host that has none of them has none evacuated"`
	Flavor  string `yaml:"flavor" help:"name or id, or /PATTERN/; the one with the least memory if left out"`
	Image   string `yaml:"image" help:"name or id, or /PATTERN/ of the only name that fits; the smallest active one if left out"`
	Network string `yaml:"network" help:"name or id, or /PATTERN/; the first of the project's own that is not external, or else of those shared with it, if left out, and \"auto\" leaves it to Nova"`

	openstack.Polling `yaml:",inline"`
}

// NewEvacuateServer has the defaults.
func NewEvacuateServer() *EvacuateServer {
	return &EvacuateServer{Servers: 4, Polling: newBooting().Polling}
}

// booting is what the servers are made of.
func (w *EvacuateServer) booting() *Booting {
	return &Booting{Flavor: w.Flavor, Image: w.Image, Network: w.Network, Polling: w.Polling}
}

// Validate says what is wrong with the arguments.
func (w *EvacuateServer) Validate() error {
	var wrong error
	if w.Servers < 1 || w.Servers > 100 {
		wrong = errors.New("servers: must be from 1 to 100")
	}
	return errors.Join(wrong, w.booting().Validate())
}

// Role is admin: nobody else is told hosts, nor may evacuate.
func (*EvacuateServer) Role() string { return "admin" }

// From 2.14 on Nova finds out by itself whether disks are on shared storage, and from
// 2.95 on what was evacuated stays stopped.
const (
	knowsStorage = 14
	leavesOff    = 95
)

// Open gets a token, finds the flavor, the image and the network, and boots the servers.
// A microversion that is not from 2.14 to 2.94 is refused.
func (w *EvacuateServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("evacuate server: %w", err)
	}
	asked := env.Microversions["compute"]
	if asked != "" && (!asksFor(asked, knowsStorage) || asksFor(asked, leavesOff)) {
		return nil, fmt.Errorf("microversions: nova.evacuate_server needs one of compute from 2.%d to 2.%d, and %s is asked for", knowsStorage, leavesOff-1, asked)
	}
	wanted, own := w.booting(), env.Part.Share(int64(w.Servers))
	wanted.Keep = max(int(own), 1) - 1  // room is needed for all of them
	if tell := env.Needs; tell != nil { // no iteration makes any
		env.Needs = func(n loadgen.Need) {
			n.Each, n.Shared = 0, n.For(1)
			tell(n)
		}
	}
	booting, err := wanted.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	booting.making.Keep, booting.making.Lasting = 0, true
	later := *booting.nova
	later.Microversion = cmp.Or(asked, fmt.Sprintf("2.%d", knowsStorage))
	s := &evacuating{booting: booting, later: &later, busy: map[string]bool{}}
	s.making.Prepare = func(ctx context.Context, i *openstack.Iteration) {
		for n := range own {
			i.Rename(n)
			if server := s.boot(ctx, i); server.ID != "" {
				s.own = append(s.own, server)
				i.Look(server, func(ctx context.Context) loadgen.Outcome { return s.runs(ctx, server) })
			}
		}
	}
	s.making.Steps = s.steps
	return s.making.Start(ctx, env)
}

// evacuating is what the iterations of a session need to evacuate servers.
type evacuating struct {
	*booting
	later *gophercloud.ServiceClient // Nova with the microversion of evacuations
	own   []openstack.Made

	mu   sync.Mutex
	busy map[string]bool // servers that an iteration evacuates, by id
}

// steps are those of one iteration, which evacuates one server at most: several at once
// are several iterations'.
func (s *evacuating) steps(ctx context.Context, i *openstack.Iteration) {
	var found openstack.Made
	var on string
	i.Do("nova.find_servers_to_evacuate", func() (o loadgen.Outcome) {
		found, on, o = s.find(ctx)
		return o
	})
	if found.ID == "" {
		return
	}
	defer s.release(found.ID)
	i.Do("nova.evacuate_server", func() loadgen.Outcome { return s.evacuate(ctx, i, found, on) })
}

// find finds a server that is to be evacuated, and its host; no other iteration takes it
// then. It has no id where there is none. One that is not there any more is a wrong result.
func (s *evacuating) find(ctx context.Context) (found openstack.Made, host string, o loadgen.Outcome) {
	computes, o := s.computes(ctx)
	if o.Class != record.OK || !slices.Contains(slices.Collect(maps.Values(computes)), down) {
		return found, "", o
	}
	var said struct {
		Servers []struct {
			ID     string `json:"id"`
			Host   string `json:"OS-EXT-SRV-ATTR:host"`
			Status string `json:"status"`
			Task   any    `json:"OS-EXT-STS:task_state"`
		} `json:"servers"`
	}
	query := "?" + url.Values{"name": {"^" + s.making.Search()}}.Encode()
	answer := openstack.Call(ctx, s.later, http.MethodGet, s.later.ServiceURL("servers", "detail")+query, nil, &said, http.StatusOK)
	if o = openstack.Ended(answer); o.Class != record.OK {
		return found, "", o
	}
	var lost []openstack.Made
	there := 0
	for _, each := range said.Servers {
		at := slices.IndexFunc(s.own, func(m openstack.Made) bool { return m.ID == each.ID })
		if at < 0 {
			continue
		}
		there++
		if (place{host: each.Host, status: each.Status, task: each.Task}).lost(computes) {
			lost = append(lost, s.own[at])
		}
	}
	if gone := len(s.own) - there; gone > 0 {
		return found, "", openstack.Wrong(fmt.Errorf("list servers: %d of the %d servers are not there any more", gone, len(s.own)), answer.Header)
	}
	for _, each := range lost {
		if !s.take(each.ID) {
			continue
		}
		// The list may be from before another iteration evacuated it.
		now, looked := s.where(ctx, each)
		if looked.Class == record.OK && now.lost(computes) {
			return each, now.host, looked
		}
		s.release(each.ID)
		if looked.Class != record.OK {
			return found, "", looked
		}
	}
	return found, "", o
}

// lost tells whether a server is to be evacuated, which waits for nothing but that.
func (p place) lost(computes map[string]string) bool {
	return p.status == "ACTIVE" && p.task == nil && computes[p.host] == down
}

// take takes a server for an iteration, unless another one has it.
func (s *evacuating) take(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.busy[id]
	s.busy[id] = true
	return !taken
}

func (s *evacuating) release(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, id)
}

// evacuate has a server built anew, and waits until it is ACTIVE on another host.
func (s *evacuating) evacuate(ctx context.Context, i *openstack.Iteration, server openstack.Made, from string) loadgen.Outcome {
	of := *s.booting
	of.nova = s.later
	if o := openstack.Ended(of.action(ctx, server, http.StatusOK, "evacuate", map[string]any{}, nil)); o.Class != record.OK {
		return o
	}
	if o := i.Await(ctx, server, "ACTIVE"); o.Class != record.OK {
		return o
	}
	now, o := s.where(ctx, server)
	if o.Class == record.OK && now.host == from {
		return loadgen.Outcome{Class: record.WrongResult, RequestID: o.RequestID, SentID: o.SentID, Err: fmt.Errorf("evacuate server %s: it is still on the host that is down", server.ID)}
	}
	return o
}
