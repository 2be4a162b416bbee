// Package inventory says what the cloud is: its nodes, the services on them,
// the failure domains they share, and the redundancy groups whose rules bound
// every fault. It reads nothing but the operator's file and knows nothing of
// how a node is reached.
package inventory

import (
	"net/netip"
	"slices"
	"time"
)

// Kind tells what sort of cloud an inventory describes. It decides how careful
// Eris must be; a lab proves its kind by a marker on each node.
type Kind string

// The kinds of cloud.
const (
	Simulated Kind = "simulated" // the embedded cloud: nothing can be destroyed
	Lab       Kind = "lab"       // real nodes on this machine, each with a marker
	Real      Kind = "real"      // everything else
)

// Cloud is a loaded and checked inventory. All slices are sorted by name, so
// that the same file always gives the same choices.
type Cloud struct {
	Name      string
	Kind      Kind
	Chaos     bool // the operator's opt-in, `chaos: allowed`
	SSH       SSH
	OpenStack OpenStack
	Nodes     []*Node
	Machines  []*Node   // beside the cloud: no members of it
	Switches  []*Switch // that one of the nodes or machines holds
	Services  []*Service
	Groups    []*Group
	File      string // where it was loaded from, for messages
	Digest    string // hex sha256 of the file's bytes
}

// SSH holds the defaults by which nodes are reached; a node may override them.
type SSH struct {
	User       string
	Port       int    // 0 means 22
	Key        string // path of a private key; empty: agent and ~/.ssh/config
	KnownHosts string // path; empty: ~/.ssh/known_hosts
	Jump       string // user@host:port of a jump host, or empty
	Sudo       bool   // scripts run through `sudo -n`
	Sessions   int    // most sessions at once on a node, at least 2; 0 means 8 (sshd's default limit is 10)
}

// OpenStack says where the cloud's APIs are and whose credentials to use.
// Secrets are referred to, never contained: File and Cloud name an entry of a
// clouds.yaml.
type OpenStack struct {
	File  string // path of a clouds.yaml
	Cloud string // entry in it
}

// Node is one machine of the cloud.
type Node struct {
	Name    string
	Address netip.AddrPort // where sshd listens
	Listen  string         // address that the node's services bind; defaults to the SSH address
	Roles   []string
	Zone    string // failure domains, largest first; empty when not declared
	Rack    string
	Switch  string // through which alone the node is reached
	Host    string // physical host of a virtual node
	Never   bool   // `chaos: never`
	SSH     SSH    // with the cloud's defaults filled in
	Power   *Power // out-of-band; nil when none is declared
	// Beside tells a machine beside the cloud: it has no role, is in no failure domain
	// and in no group, and only a fault that says so strikes it, by its name.
	Beside bool
	Local  bool // it is the machine where Eris runs; there is no address and no SSH
}

// RuntimeKind is how a service runs on its node.
type RuntimeKind string

// The runtimes. Pod is known so that it can be refused by name.
const (
	Unit      RuntimeKind = "unit"
	Process   RuntimeKind = "process"
	Container RuntimeKind = "container"
	Pacemaker RuntimeKind = "pacemaker"
	Pod       RuntimeKind = "pod"
)

// Runtime names what has to be stopped to stop a service.
type Runtime struct {
	Kind  RuntimeKind
	Name  string // unit name with suffix, process pattern, container name, or id of a resource of Pacemaker
	Start string // of a process: the command that starts it, as root; empty where nobody may
}

// Service is one kind of daemon and the nodes it runs on.
type Service struct {
	Name    string
	Runtime Runtime
	Port    int     // 0 when it has none
	Health  *Probe  // nil when none is declared; then the runtime's state is all that is known
	Leaders []*Lead // how a node says that it leads, by name; none where it is not declared
	Nodes   []string
	Never   bool // `chaos: never`
}

// Probe is a health check that runs on the service's node. Exactly one of
// HTTP, TCP and Command is set.
type Probe struct {
	HTTP    string // path on the service's port; healthy is a status below 400
	TCP     bool   // the port accepts a connection
	Command string // exit 0 is healthy; POSIX sh
	Timeout time.Duration
}

// Ref names one member of the cloud that can be lost: a service on a node, or
// with an empty Service the whole node.
type Ref struct {
	Node    string `json:"node"`
	Service string `json:"service,omitempty"`
}

// String is "service@node", or "node" for a whole node.
func (r Ref) String() string {
	if r.Service == "" {
		return r.Node
	}
	return r.Service + "@" + r.Node
}

// RuleKind is the sort of promise that a redundancy group makes.
type RuleKind string

// The rules of a group.
const (
	AllButOne RuleKind = "n-1"       // one member is enough
	Majority  RuleKind = "majority"  // more than half of all weight must stay
	MinUp     RuleKind = "min_up"    // at least Count members must stay
	Tolerate  RuleKind = "tolerance" // at most Count members may be lost
)

// Rule is what a group promises to survive.
type Rule struct {
	Kind  RuleKind
	Count int // of MinUp and Tolerate
}

// Member is one of a group's replicas. Weight counts in Majority only.
type Member struct {
	Ref
	Weight int // 1 unless declared
}

// Group is a set of replicas of which a declared share may be lost.
type Group struct {
	Name    string
	Rule    Rule
	Members []Member
	Why     string // where the rule comes from: the file, or the default's reason
}

// Tolerates is how many of the members may be lost, whichever they are, so that the rule
// still holds.
func (g *Group) Tolerates() int {
	n := len(g.Members)
	switch g.Rule.Kind {
	case AllButOne:
		return max(n-1, 0)
	case MinUp:
		return max(n-g.Rule.Count, 0)
	case Tolerate:
		return min(g.Rule.Count, n)
	case Majority:
	}
	var weights []int
	total := 0
	for _, m := range g.Members {
		weights = append(weights, m.Weight)
		total += m.Weight
	}
	slices.Sort(weights)
	left, lost := total, 0
	for ; lost < n; lost++ { // the heaviest go first
		if left -= weights[n-1-lost]; 2*left <= total {
			break
		}
	}
	return lost
}

// NodeByName returns the node or the machine beside the cloud, or nil.
func (c *Cloud) NodeByName(name string) *Node {
	for _, n := range c.All() {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// All are the nodes of the cloud, then the machines beside it.
func (c *Cloud) All() []*Node { return append(slices.Clone(c.Nodes), c.Machines...) }

// ServiceByName returns the service, or nil.
func (c *Cloud) ServiceByName(name string) *Service {
	for _, s := range c.Services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Probed are the members whose health the inventory says how to ask, by node and
// service: a health probe is declared. The state of a runtime alone is no such
// word, since a unit may rightly stand still.
func (c *Cloud) Probed() []Ref {
	var refs []Ref
	for _, s := range c.Services {
		for _, node := range s.Nodes {
			if s.Health != nil {
				refs = append(refs, Ref{Node: node, Service: s.Name})
			}
		}
	}
	slices.SortFunc(refs, Ref.Compare)
	return refs
}

// GroupsOf returns the redundancy groups that members are of, in the cloud's
// order; a whole node is one of the groups of all its services.
func (c *Cloud) GroupsOf(refs []Ref) []*Group {
	var groups []*Group
	for _, group := range c.Groups {
		if slices.ContainsFunc(group.Members, func(m Member) bool {
			return slices.ContainsFunc(refs, func(r Ref) bool { return r.Node == m.Node && (r.Service == "" || r.Service == m.Service) })
		}) {
			groups = append(groups, group)
		}
	}
	return groups
}
