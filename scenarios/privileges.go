package scenarios

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/loadgen"
)

// PrivilegesSchema is the version of the document that [Privileges.JSON] writes.
const PrivilegesSchema = "eris.privileges/v1"

// Privileges are what an operator has to grant for a plan, and no more.
type Privileges struct {
	Schema    string            `json:"schema"`
	Scenario  string            `json:"scenario"`
	Cloud     string            `json:"cloud"`
	Nodes     []NodePrivilege   `json:"nodes"`
	Sudoers   []string          `json:"sudoers"` // a line for each user that is not root
	Faults    []FaultPrivilege  `json:"faults"`
	Power     []PowerPrivilege  `json:"power"`
	OpenStack []AccessPrivilege `json:"openstack"`
}

// NodePrivilege is a node on which scripts run as root.
type NodePrivilege struct {
	Node    string   `json:"node"`
	Address string   `json:"address"`           // empty for the machine where Eris runs
	Local   bool     `json:"local,omitempty"`   // it is that
	User    string   `json:"user"`              // empty: as ~/.ssh/config says, or who runs Eris
	Sudo    bool     `json:"sudo"`              // root by sudo
	Struck  []string `json:"struck,omitempty"`  // by which faults
	Health  bool     `json:"health,omitempty"`  // its health is read, and it is marked as in use
	Asked   bool     `json:"asked,omitempty"`   // its services are asked for their health, so that an outage there is seen
	Watched []string `json:"watched,omitempty"` // by which collectors of the scenario
	// Described: it is asked what it is, and nothing else; without this the run goes on, and tells.
	Described bool     `json:"described,omitempty"`
	Kept      []string `json:"kept,omitempty"` // what of it is captured, by which captures, with the tools that they run there
}

// FaultPrivilege is what a fault does to a target as root.
type FaultPrivilege struct {
	Fault    string   `json:"fault"`
	Target   string   `json:"target"`
	Occupies []string `json:"occupies"` // its resources on the node, e.g. unit:keystone.service
	Tools    []string `json:"tools"`    // commands that it runs there
}

// PowerPrivilege is an account of a management controller that switches a node.
type PowerPrivilege struct {
	Node    string `json:"node"`
	Kind    string `json:"kind"`
	Address string `json:"address"` // or place: which machine of which service
	User    string `json:"user"`
	Level   string `json:"level"`              // that the account needs, in the words of its protocol
	Trusts  bool   `json:"insecure,omitempty"` // its certificate is not verified
}

// powerPrivilege is what a driver of power has to be allowed.
func powerPrivilege(node string, p *inventory.Power) PowerPrivilege {
	granted := PowerPrivilege{node, string(p.Kind), p.Place(), p.User, "OPERATOR", p.Insecure}
	switch p.Kind {
	case inventory.Redfish:
		granted.Level = "Operator"
	case inventory.Libvirt:
		granted.Level = "manage (org.libvirt.unix.manage)"
	case inventory.Nova:
		granted.Level = "member of the server's project"
	case inventory.IPMI: // as it stands
	}
	return granted
}

// AccessPrivilege is what a load, or a fault that is made by an API, needs of
// OpenStack.
type AccessPrivilege struct {
	Load     string `json:"load"` // its name, that of the fault, or steady state
	Workload string `json:"workload"`
	Role     string `json:"role"` // in the project of clouds.yaml; empty: any
}

// Privileges lists what has to be granted for a plan that was built.
func (p *Plan) Privileges() (*Privileges, error) {
	list := &Privileges{
		Schema: PrivilegesSchema, Scenario: p.Scenario, Cloud: p.Cloud,
		Nodes: []NodePrivilege{}, Sudoers: []string{}, Faults: []FaultPrivilege{}, Power: []PowerPrivilege{}, OpenStack: []AccessPrivilege{},
	}
	struck := map[string][]string{}
	for _, f := range p.Faults {
		for _, target := range p.Targets(f) {
			target.ID = "plan"
			scripts, err := f.Spec.Fault.Scripts(target)
			if err != nil {
				return nil, fmt.Errorf("list privileges of %s on %s: %w", f.Name, target.Ref(), err)
			}
			list.Faults = append(list.Faults, FaultPrivilege{f.Name, target.Ref().String(), scripts.Resources, scripts.Tools})
			if power := target.Node.Power; scripts.Outside != "" && scripts.Keeper == "" && power != nil {
				if granted := powerPrivilege(target.Node.Name, power); !slices.Contains(list.Power, granted) {
					list.Power = append(list.Power, granted)
				}
			}
			if node := target.Node.Name; !slices.Contains(struck[node], f.Name) {
				struck[node] = append(struck[node], f.Name)
			}
		}
	}
	kept := p.keptOf()
	health, asked, watched := p.touched(), p.asked(), map[string][]string{}
	for _, c := range p.Collectors {
		for _, node := range c.Nodes {
			watched[node] = append(watched[node], c.Name)
		}
	}
	reached := p.Reached()
	for _, name := range p.Described() {
		node := p.Inventory.NodeByName(name)
		list.Nodes = append(list.Nodes, NodePrivilege{
			Node: name, Local: node.Local, Address: addressOf(node), User: node.SSH.User, Sudo: node.SSH.Sudo && node.SSH.User != "root",
			Struck: struck[name], Health: slices.Contains(health, name), Asked: slices.Contains(asked, name), Watched: watched[name], Kept: kept[name],
			Described: !slices.Contains(reached, name),
		})
		user := orWord(node.SSH.User, "USER")
		if line := remote.Sudoers(user); user != "root" && !slices.Contains(list.Sudoers, line) {
			list.Sudoers = append(list.Sudoers, line)
		}
	}
	for _, f := range p.Faults {
		if authorized, ok := f.Spec.Fault.(loadgen.Authorized); ok {
			list.OpenStack = append(list.OpenStack, AccessPrivilege{f.Name, f.Spec.Kind, authorized.Role()})
		}
	}
	for _, t := range p.Tenants {
		if len(t.Clouds) == 0 {
			list.OpenStack = append(list.OpenStack, AccessPrivilege{"tenants " + t.Name, t.making(), "admin"})
		}
	}
	for _, c := range p.Spec.Collectors {
		if authorized, ok := c.Collector.(loadgen.Authorized); ok {
			list.OpenStack = append(list.OpenStack, AccessPrivilege{"collector " + c.Name, c.Kind, authorized.Role()})
		}
	}
	for i, l := range p.Spec.Loads {
		if l.Tenants != nil && !l.Tenants.Given() {
			continue // its users are given what they need
		}
		if authorized, ok := l.Workload.(loadgen.Authorized); ok {
			list.OpenStack = append(list.OpenStack, AccessPrivilege{l.by(), p.Loads[i].Workload, authorized.Role()})
		}
	}
	for _, c := range p.Spec.SteadyState {
		if authorized, ok := c.Workload.(loadgen.Authorized); ok {
			list.OpenStack = append(list.OpenStack, AccessPrivilege{"steady state", c.Kind, authorized.Role()})
		}
	}
	return list, nil
}

// Reached are the nodes on which a run of the plan has something run as root, sorted: those
// of touched, those of asked, those that are watched, and those of captures. Of a plan that only sends loads
// there are none.
func (p *Plan) Reached() []string {
	names := slices.Concat(p.touched(), p.asked())
	for _, c := range p.Collectors {
		names = append(names, c.Nodes...)
	}
	for _, c := range p.Captures {
		names = append(names, c.Nodes...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Described are the nodes that are asked what they are before the first load, sorted: those of
// Reached, or of a plan that only sends loads all, since a figure without the cloud that it was
// measured on says nothing. It goes on without those that give no answer.
func (p *Plan) Described() []string {
	names := p.Reached()
	if len(names) > 0 {
		return names
	}
	for _, node := range p.Inventory.Nodes {
		names = append(names, node.Name)
	}
	slices.Sort(names)
	return names
}

// addressOf is where SSH finds a node; empty for the machine where Eris runs.
func addressOf(node *inventory.Node) string {
	if node.Local {
		return ""
	}
	return node.Address.String()
}

// touched are the nodes on which something runs as root, sorted: those that may
// be struck, and those whose health decides on it.
func (p *Plan) touched() []string {
	var refs []inventory.Ref
	for _, f := range p.Faults {
		refs = append(append(refs, f.Targets...), f.Costs...)
	}
	names := nodes(refs)
	for _, group := range p.Inventory.GroupsOf(refs) {
		for _, m := range group.Members {
			names = append(names, m.Node)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// asked are the nodes with a service that has a health probe: what is down for
// real counts wherever it is, where there are faults at all.
func (p *Plan) asked() []string {
	if len(p.Faults) == 0 {
		return nil
	}
	return nodes(p.Inventory.Probed())
}

// JSON writes the privileges as a document.
func (p *Privileges) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return fmt.Errorf("write privileges: %w", err)
	}
	return nil
}

// why says what is done on a node.
func (n *NodePrivilege) why() []string {
	var why []string
	switch {
	case len(n.Struck) > 0:
		why = append(why, "may be struck by "+strings.Join(n.Struck, ", "))
	case n.Health:
		why = append(why, "its health is read, and it is marked as in use")
	case n.Described:
		why = append(why, "it is asked what it is, for the record; where it cannot be, the run goes on and tells")
	case n.Asked:
		why = append(why, "its services are asked for their health")
	}
	if len(n.Watched) > 0 {
		why = append(why, "watched by "+strings.Join(n.Watched, ", "))
	}
	if len(n.Kept) > 0 {
		why = append(why, "captured by "+strings.Join(n.Kept, ", "))
	}
	return why
}

// Print writes the privileges for people.
func (p *Privileges) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "what %s needs on the cloud %s\n", p.Scenario, p.Cloud)
	b.WriteString("\nroot on these nodes, over SSH\n")
	for _, n := range p.Nodes {
		how := ""
		where := orWord(n.User, "USER") + "@" + n.Address
		if n.Local {
			where = "this machine, without SSH"
		}
		if n.Sudo {
			how = ", by sudo"
		}
		fmt.Fprintf(&b, "  %-12s %s%s: %s\n", n.Node, where, how, strings.Join(n.why(), "; "))
	}
	if slices.ContainsFunc(p.Nodes, func(n NodePrivilege) bool { return !n.Described }) {
		b.WriteString("  each of them is asked, too, what it is: its release, packages and configuration, for the record\n")
	}
	if len(p.Sudoers) > 0 {
		b.WriteString("\nin /etc/sudoers.d/eris on each of them; it is root, since what a fault does is a script\n")
		for _, line := range p.Sudoers {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	b.WriteString("\nwhat is done there: everything is named after the fault, in /run/eris and /var/lib/eris\n")
	for _, f := range p.Faults {
		fmt.Fprintf(&b, "  %s on %s: %s\n", f.Fault, f.Target, orWord(strings.Join(f.Occupies, ", "), "nothing that others could use"))
		if len(f.Tools) > 0 {
			fmt.Fprintf(&b, "    runs %s\n", strings.Join(f.Tools, ", "))
		}
	}
	if len(p.Power) > 0 {
		b.WriteString("\nan account of these management controllers that may switch power\n")
		for _, c := range p.Power {
			who := c.Address
			if c.User != "" {
				who = c.User + "@" + who
			}
			fmt.Fprintf(&b, "  %-12s %s %s, privilege level %s\n", c.Node, c.Kind, who, c.Level)
			if c.Trusts {
				fmt.Fprintf(&b, "  %-12s   INSECURE: whoever answers there is given the password (insecure: true)\n", "")
			}
		}
	}
	if len(p.OpenStack) > 0 {
		b.WriteString("\nin OpenStack, the user of clouds.yaml in its project\n")
		for _, a := range p.OpenStack {
			fmt.Fprintf(&b, "  %-12s %s: %s\n", a.Load, a.Workload, orWord(a.Role, "any role"))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print privileges: %w", err)
	}
	return nil
}

func orWord(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
