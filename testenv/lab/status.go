package lab

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Status is the health of a lab as it was just read, not as it should be.
type Status struct {
	Name        string        `json:"name"`
	Profile     string        `json:"profile"`
	Healthy     bool          `json:"healthy"`
	Outdated    string        `json:"outdated,omitempty"` // why it is not what would be made now; it may be healthy all the same
	Snapshot    bool          `json:"snapshot"`           // its first state is kept: a reset goes back to it
	Paused      bool          `json:"paused"`             // every process stands still; nothing was asked then
	Wrong       []string      `json:"wrong"`              // everything that is not as it should be, in words
	MemoryMiB   int           `json:"memory_mib"`         // of all nodes, their BMCs and what else runs for the lab, without file cache that can be dropped
	Nodes       []NodeStatus  `json:"nodes"`
	VIP         string        `json:"vip,omitempty"`          // absent without OpenStack, as what follows of it
	Holders     []string      `json:"vip_holders"`            // nodes that have the VIP; one when healthy
	SwitchesOff []string      `json:"switches_off,omitempty"` // switches of which a part is off
	Backends    []Backend     `json:"backends"`
	Checks      []CheckStatus `json:"checks"`
	Token       *Token        `json:"token,omitempty"` // absent without a Keystone
	Smoke       *Smoke        `json:"smoke,omitempty"` // only when it was asked for; see AddSmoke

	listed    bool                 // haproxy told its backends, perhaps that there are none
	elsewhere map[string][]Backend // what the balancers of the nodes without the VIP think of them
	unasked   map[string]string    // switches that could not be asked, and why
}

// NodeStatus is one node's part.
type NodeStatus struct {
	Name     string            `json:"name"`
	Address  string            `json:"address"`
	On       bool              `json:"on"`
	UpS      int64             `json:"up_s"`       // since it was switched on
	Memory   int               `json:"memory_mib"` // without file cache that can be dropped
	CPUS     float64           `json:"cpu_s"`      // processor time since the lab was brought up
	Services []ServiceStatus   `json:"services"`
	Facts    map[string]string `json:"facts"`             // role.fact -> what the node says
	Stopped  []string          `json:"stopped,omitempty"` // processes and units that stand still
	Kept     []Kept            `json:"kept,omitempty"`    // workers of APIs that keep one request for 15 s now
	BMC      *BMCStatus        `json:"bmc,omitempty"`     // absent where the profile has none

	stoppedUnits []string // of which something stands still
	vipUnknown   string   // why the node could not be asked whether it has the VIP
	keptUnknown  string   // why it could not be asked what its workers keep
}

// BMCStatus is what a node's BMC says of its power, asked over IPMI.
type BMCStatus struct {
	Power string `json:"power"`         // on, off, unknown
	Why   string `json:"why,omitempty"` // when it does not answer
}

// ServiceStatus is the answer of a service's own health probe.
type ServiceStatus struct {
	Name    string `json:"name"`
	Healthy bool   `json:"healthy"`
	Why     string `json:"why,omitempty"` // when not healthy
}

// Backend is one server behind the VIP as haproxy on the VIP's node sees it.
type Backend struct {
	Service string `json:"service"`
	Node    string `json:"node"`
	State   string `json:"state"` // haproxy's word: UP, DOWN, …
}

// Token says whether Keystone issues a token through the VIP.
type Token struct {
	Issued bool   `json:"issued"`
	TookMS int64  `json:"took_ms"`
	Why    string `json:"why,omitempty"` // when not issued
}

// ReadStatus reads the health of every node and service of a lab that is up.
func ReadStatus(ctx context.Context, o Options) (Status, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Status{}, err
	}
	s, err := readStamp(o.paths())
	if err != nil {
		return Status{Name: o.Name}, err
	}
	profile, err := s.load(o)
	if err != nil {
		return Status{Name: o.Name}, err
	}
	status, err := probe(ctx, o, profile)
	status.Outdated = s.outdated(o, profile)
	status.Snapshot = haveSnapshot(o, profile)
	return status, err
}

func probe(ctx context.Context, o Options, profile *Profile) (Status, error) {
	p := o.paths()
	k, err := readKeys(p, profile)
	if err != nil {
		return Status{}, err
	}
	r := &renderer{name: o.Name, profile: profile, keys: k}
	s := Status{Name: o.Name, Profile: profile.Name, VIP: profile.vip(), Wrong: []string{}, Holders: []string{}, Backends: []Backend{}, Checks: []CheckStatus{}, unasked: map[string]string{}}
	s.MemoryMiB = memoryMiB(p.group)
	if s.Paused, err = paused(p); err != nil {
		return s, err
	}
	if s.Paused {
		s.Wrong = append(s.Wrong, "it is paused; `eris lab resume` goes on with it")
		s.Nodes, err = usageOf(p, profile)
		return s, err
	}
	s.Nodes = make([]NodeStatus, len(profile.Nodes))
	holds := make([]bool, len(profile.Nodes))
	group, groupCtx := errgroup.WithContext(ctx)
	for i, n := range profile.Nodes {
		group.Go(func() (err error) {
			s.Nodes[i], holds[i], err = probeNode(groupCtx, p, r, n)
			s.Nodes[i].BMC = probeBMC(groupCtx, o, n)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return s, err
	}
	for _, name := range profile.switches() {
		// without its network, as after a restart of this machine, it is off as well
		isOn, err := (inside{p.netns}).switchIsOn(ctx, profile.wires(name))
		if err != nil {
			s.unasked[name] = err.Error()
		}
		if err != nil || !isOn {
			s.SwitchesOff = append(s.SwitchesOff, name)
		}
	}
	for i, n := range profile.Nodes {
		if holds[i] {
			s.Holders = append(s.Holders, n.Name)
		}
	}
	client := newClient(p)
	if s.VIP != "" {
		if s.Backends, err = client.backends(ctx, s.VIP); err != nil {
			s.Wrong = append(s.Wrong, "haproxy on the VIP: "+err.Error())
			s.Backends = []Backend{}
		}
		s.listed = err == nil
		s.elsewhere = s.otherBalancers(ctx, client, profile)
	}
	on := func(node string) bool {
		return slices.ContainsFunc(s.Nodes, func(n NodeStatus) bool { return n.Name == node && n.On })
	}
	if s.Checks, err = runChecks(ctx, p, r, on); err != nil {
		return s, err
	}
	if profile.does(issuesTokens) {
		s.Token = client.token(ctx, r)
	}
	s.Wrong = append(s.Wrong, s.judge(r)...)
	s.Healthy = len(s.Wrong) == 0
	return s, nil
}

// otherBalancers asks the balancers that do not have the VIP now and may have it next.
// One that does not answer is told as a service of its node.
func (s *Status) otherBalancers(ctx context.Context, client *client, profile *Profile) map[string][]Backend {
	all := map[string][]Backend{}
	for _, n := range profile.nodesDoing(balances) {
		on := slices.ContainsFunc(s.Nodes, func(o NodeStatus) bool { return o.Name == n.Name && o.On })
		if !on || slices.Contains(s.Holders, n.Name) {
			continue
		}
		if backends, err := client.backends(ctx, n.Address.String()); err == nil {
			all[n.Name] = backends
		}
	}
	return all
}

// unlisted are the servers that haproxy should have and does not know; none
// when it told nothing.
func (s *Status) unlisted(r *renderer) []Backend {
	var missing []Backend
	if !s.listed {
		return nil
	}
	for _, balance := range r.balances() {
		for _, member := range balance.Members {
			known := slices.ContainsFunc(s.Backends, func(b Backend) bool { return b.Service == balance.Name && b.Node == member.Name })
			if !known {
				missing = append(missing, Backend{Service: balance.Name, Node: member.Name})
			}
		}
	}
	return missing
}

// judge lists what is wrong, in words.
func (s *Status) judge(r *renderer) []string {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for i, n := range s.Nodes {
		wrong = append(wrong, n.judge(r, r.profile.Nodes[i])...)
	}
	for _, name := range s.SwitchesOff {
		if why := s.unasked[name]; why != "" {
			bad("switch %s: whether it is on is not known: %s", name, why)
		} else {
			bad("switch %s is off, or a part of it", name)
		}
	}
	for _, n := range s.Nodes {
		if s.VIP != "" && n.vipUnknown != "" {
			bad("whether %s has the VIP %s is not known: %s", n.Name, s.VIP, n.vipUnknown)
		}
	}
	// whoever was not asked may have it
	asked := !slices.ContainsFunc(s.Nodes, func(n NodeStatus) bool { return n.vipUnknown != "" })
	if s.VIP != "" && (len(s.Holders) > 1 || len(s.Holders) == 0 && asked) {
		bad("the VIP %s is on %d nodes %v, not on one", s.VIP, len(s.Holders), s.Holders)
	}
	for _, b := range s.Backends {
		if !strings.HasPrefix(b.State, "UP") {
			bad("haproxy: %s on %s is %s", b.Service, b.Node, b.State)
		}
	}
	for _, node := range slices.Sorted(maps.Keys(s.elsewhere)) {
		for _, b := range s.elsewhere[node] {
			if !strings.HasPrefix(b.State, "UP") && !slices.Contains(s.Backends, b) {
				bad("haproxy of %s: %s on %s is %s", node, b.Service, b.Node, b.State)
			}
		}
	}
	for _, missing := range s.unlisted(r) {
		bad("haproxy: %s on %s is not known to it", missing.Service, missing.Node)
	}
	for _, c := range s.Checks {
		for _, line := range c.Wrong {
			bad("%s: %s", c.Name, line)
		}
	}
	if s.Token != nil && !s.Token.Issued {
		bad("no token through the VIP: %s", s.Token.Why)
	}
	return wrong
}
