package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

type tenantsEntry struct {
	Projects document.Value[int]                          `yaml:"projects" help:"how many are made for the run, and removed after it; 1 to 1000"`
	Users    document.Value[int]                          `yaml:"users" help:"made in each project, 1 to 100; 1 unless given"`
	Role     document.Value[string]                       `yaml:"role" help:"what each user has in its project, by name or id; member unless given"`
	Roles    document.Value[[]document.Value[string]]     `yaml:"roles" help:"further ones that each user has there, by names or ids"`
	Quotas   document.Value[document.Map[map[string]int]] `yaml:"quotas" help:"of each project: compute, volume and network, each with numbers by the service's own names; -1 is no limit"`
	Network  document.Value[tenantNetwork]                `yaml:"network" help:"made in each project, for what is booted there: networks and subnets (1 to 10, 1 unless given), router (true unless given) and external_network (the first unless given)"`
	Flavors  document.Value[document.Map[tenantFlavor]]   `yaml:"flavors" help:"made once for all of the projects, which alone may use them: loads ask for them by these names"`
	Images   document.Value[document.Map[tenantImage]]    `yaml:"images" help:"uploaded to each project by its first user, and seen there alone: loads ask for them by these names"`
	Clouds   document.Value[[]document.Value[string]]     `yaml:"clouds" help:"in place of projects: entries of clouds.yaml that are there"`
	Spread   document.Value[string]                       `yaml:"spread" help:"whose an iteration is: turns, one after the other, or random, drawn from the run's seed; turns unless given"`
}

type tenantNetwork struct {
	Networks document.Value[int]    `yaml:"networks" help:"in each project, 1 to 10; 1 unless given"`
	Subnets  document.Value[int]    `yaml:"subnets" help:"of each network, 1 to 10; 1 unless given"`
	Router   document.Value[bool]   `yaml:"router" help:"that each network is given, with a gateway; true unless given"`
	External document.Value[string] `yaml:"external_network" help:"name or id of the network that routers lead to; the first external one unless given"`
}

// How many tenants there may be.
const (
	projectsMost = 1000
	usersMost    = 100
	accountsMost = 1000
	// Keystone takes no longer name for a project, and it bears the run's id: eris-,
	// a time, the scenario, four digits.
	projectName = 64
	aroundNames = len("eris-20060102T150405Z--0000--")
)

// tenants reads an entry under tenants.
func (l *loader) tenants(e document.Named[tenantsEntry], scenario string) loadgen.Tenants {
	v := e.Value
	l.name("tenants entry", e.Name, e.Key)
	if slices.Contains(l.names.loads, e.Name) {
		l.report.At(e.Key).Errorf("tenants: %s is the name of a load too: what they make could not be told apart", e.Name)
	}
	t := loadgen.Tenants{Name: e.Name, Projects: v.Projects.V, Users: 1, Role: "member"}
	if l.word(v.Spread, "spread", "turns", "random") {
		t.Random = v.Spread.V == "random"
	}
	if v.Clouds.Given() {
		t.Projects = 0
		for _, c := range v.Clouds.V {
			if c.V == "" || slices.Contains(t.Clouds, c.V) {
				l.report.At(c.Node).Errorf("clouds: wants each entry once, by its name")
			}
			t.Clouds = append(t.Clouds, c.V)
		}
		if len(v.Clouds.V) == 0 && v.Clouds.Node.Shape == document.Sequence {
			l.report.At(v.Clouds.Node).Errorf("clouds: names none")
		}
		for _, n := range []*document.Node{v.Projects.Node, v.Users.Node, v.Role.Node, v.Roles.Node, v.Quotas.Node, v.Network.Node, v.Flavors.Node, v.Images.Node} {
			if n != nil {
				l.report.At(n.Key).Errorf("%s: belongs to tenants that are made, and these are given by clouds", n.Key.Text)
			}
		}
		return t
	}
	if !v.Projects.Given() {
		l.report.At(e.Key).Hint("projects: 10, or clouds: [ENTRY, …]").Errorf("tenants: %s has neither projects nor clouds", e.Name)
		return t
	}
	l.between(v.Projects, "projects", projectsMost)
	if v.Users.Given() {
		t.Users = v.Users.V
		l.between(v.Users, "users", usersMost)
	}
	if n := t.Accounts(); n > accountsMost {
		l.report.At(v.Projects.Node).Errorf("projects: %d users all together, and at most %d", n, accountsMost)
	}
	if v.Role.Given() {
		t.Role = v.Role.V
	}
	l.noAdministrator("role", t.Role, v.Role.Node)
	for _, r := range v.Roles.V {
		l.noAdministrator("roles", r.V, r.Node)
		if r.V == t.Role || slices.Contains(t.Roles, r.V) {
			l.report.At(r.Node).Errorf("roles: each user has %s already", r.V)
		}
		t.Roles = append(t.Roles, r.V)
	}
	if long := aroundNames + len(scenario) + len(e.Name) + len(fmt.Sprint(t.Projects)); long > projectName {
		l.report.At(e.Key).Errorf("tenants: the names of the projects would have %d letters, and Keystone takes %d: %s or the scenario's name is too long", long, projectName, e.Name)
	}
	t.Quotas = l.quotas(v.Quotas.V)
	if v.Network.Given() {
		t.Network = l.tenantNetwork(v.Network.V)
	}
	t.Flavors, t.Images = l.tenantFlavors(v.Flavors), l.tenantImages(v.Images)
	return t
}

// noAdministrator refuses the role of an administrator.
func (l *loader) noAdministrator(key, role string, at *document.Node) {
	if role == "admin" || role == "" {
		l.report.At(at).Hint("clouds: [ENTRY] names somebody who has it").Errorf("%s: nobody whom Eris makes is given the role %q", key, role)
	}
}

// tenantNetworks bounds how many networks and subnets a project is given, of each.
const tenantNetworks = 10

func (l *loader) tenantNetwork(v tenantNetwork) *loadgen.TenantNetwork {
	n := &loadgen.TenantNetwork{Networks: 1, Subnets: 1, Router: true, External: v.External.V}
	if v.Networks.Given() {
		n.Networks = v.Networks.V
		l.between(v.Networks, "networks", tenantNetworks)
	}
	if v.Subnets.Given() {
		n.Subnets = v.Subnets.V
		l.between(v.Subnets, "subnets", tenantNetworks)
	}
	if v.Router.Given() {
		n.Router = v.Router.V
	}
	if v.External.Given() && !n.Router {
		l.report.At(v.External.Node).Errorf("external_network: there is no router")
	}
	return n
}

// between wants a number from 1 to most.
func (l *loader) between(v document.Value[int], key string, most int) {
	if v.V < 1 || v.V > most {
		l.report.At(v.Node).Errorf("%s: must be from 1 to %d", key, most)
	}
}

func (l *loader) quotas(m document.Map[map[string]int]) map[string]map[string]int {
	all := map[string]map[string]int{}
	for _, e := range m.Entries {
		if known := []string{"compute", "network", "volume"}; !slices.Contains(known, e.Name) {
			l.report.At(e.Key).Unknown("service with quotas", e.Name, known)
		}
		for _, name := range slices.Sorted(maps.Keys(e.Value)) {
			if e.Value[name] < -1 {
				l.report.At(e.Node.Get(name)).Errorf("%s: must be -1 or more", name)
			}
		}
		all[e.Name] = e.Value
	}
	return all
}

// tenantsOf are those over which a load spreads its iterations; nil when it says
// none.
func (l *loader) tenantsOf(v loadEntry, w loadgen.Workload, all []loadgen.Tenants) *loadgen.Tenants {
	if !v.Tenants.Given() {
		return nil
	}
	at := slices.IndexFunc(all, func(t loadgen.Tenants) bool { return t.Name == v.Tenants.V })
	if at < 0 {
		names := make([]string, len(all))
		for i, t := range all {
			names[i] = t.Name
		}
		l.report.At(v.Tenants.Node).Unknown("tenants", v.Tenants.V, names)
		return nil
	}
	t := all[at]
	authorized, is := w.(loadgen.Authorized)
	order := []string{"", "reader", "member", "admin"}
	switch {
	case w == nil: // has been reported
	case !is:
		l.report.At(v.Tenants.Node).Errorf("tenants: %s has no use of anybody's credentials", v.Workload.V)
	case !t.Given() && slices.Contains(order, t.Role) && slices.Index(order, authorized.Role()) > slices.Index(order, t.Role):
		l.report.At(v.Tenants.Node).Errorf("tenants: %s needs the role %s, and the users of %s have %s", v.Workload.V, authorized.Role(), t.Name, t.Role)
	}
	return &t
}

// The sessions of loads.
const (
	reusedSession = "reused"
	freshSession  = "fresh"
)

// fresh tells whether each iteration of a load gets a token of its own.
func (l *loader) fresh(v loadEntry, w loadgen.Workload) bool {
	if !l.word(v.Session, "session", reusedSession, freshSession) || v.Session.V != freshSession {
		return false
	}
	_, authorized := w.(loadgen.Authorized)
	issuing, is := w.(loadgen.Issuing)
	switch {
	case w == nil: // has been reported
	case !authorized:
		l.report.At(v.Session.Node).Errorf("session: %s has no use of a token", v.Workload.V)
	case is && issuing.Issues():
		l.report.At(v.Session.Node).Errorf("session: %s asks for a token in each iteration anyway", v.Workload.V)
	}
	return true
}

// PlannedTenants is whom loads act for, beside the inventory's own user.
type PlannedTenants struct {
	Name     string                    `json:"name"`
	Clouds   []string                  `json:"clouds,omitempty"` // entries of clouds.yaml that are given
	Projects int                       `json:"projects,omitempty"`
	Users    int                       `json:"users,omitempty"` // of each project
	Role     string                    `json:"role,omitempty"`
	Roles    []string                  `json:"roles,omitempty"` // further ones
	Quotas   map[string]map[string]int `json:"quotas,omitempty"`
	Network  string                    `json:"network,omitempty"` // that each is given, in words
	Flavors  []PlannedFlavor           `json:"flavors,omitempty"`
	Images   []PlannedImage            `json:"images,omitempty"`
	Random   bool                      `json:"random,omitempty"`
}

// used leaves out tenants that no load acts for.
func (l *loader) used(spec *Spec, entries []document.Named[tenantsEntry]) {
	spec.Tenants = slices.DeleteFunc(spec.Tenants, func(t loadgen.Tenants) bool {
		used := slices.ContainsFunc(spec.Loads, func(l *Load) bool { return l.Tenants != nil && l.Tenants.Name == t.Name })
		if at := slices.IndexFunc(entries, func(e document.Named[tenantsEntry]) bool { return e.Name == t.Name }); !used {
			l.warnings.At(entries[at].Key).Errorf("tenants: no load acts for %s, so that they are not made", t.Name)
		}
		return !used
	})
}

func planned(t loadgen.Tenants) PlannedTenants {
	p := PlannedTenants{Name: t.Name, Clouds: t.Clouds, Random: t.Random}
	if !t.Given() {
		p.Projects, p.Users, p.Role, p.Roles, p.Quotas, p.Network = t.Projects, t.Users, t.Role, t.Roles, t.Quotas, networkWords(t.Network)
		p.Flavors, p.Images = plannedFlavors(t), plannedImages(t)
	}
	return p
}

// networkWords say what a project is given.
func networkWords(n *loadgen.TenantNetwork) string {
	if n == nil {
		return ""
	}
	words := fmt.Sprintf("%s of %s", number(n.Networks, "network"), number(n.Subnets, "subnet"))
	if n.Router {
		words += " with a router to " + orWord(n.External, "the external network")
	}
	return words
}

// String says whom, in words.
func (t PlannedTenants) String() string {
	words := "the entries " + strings.Join(t.Clouds, ", ") + " of clouds.yaml"
	if len(t.Clouds) == 0 {
		words = fmt.Sprintf("%s, each with %s of the role %s, made before the warm-up and removed at the end", number(t.Projects, "project"), number(t.Users, "user"), strings.Join(append([]string{t.Role}, t.Roles...), ", "))
	}
	for _, service := range slices.Sorted(maps.Keys(t.Quotas)) {
		for _, name := range slices.Sorted(maps.Keys(t.Quotas[service])) {
			words += fmt.Sprintf(", %s %s at most %d", service, name, t.Quotas[service][name])
		}
	}
	if t.Network != "" {
		words += ", each with " + t.Network
	}
	words += t.things()
	if t.Random {
		words += "; whose an iteration is, is drawn"
	}
	return words
}

// by names a load and, where others than the inventory's own user act for it,
// the entries of clouds.yaml.
func (l *Load) by() string {
	if l.Tenants == nil {
		return l.Name
	}
	return l.Name + " by " + strings.Join(l.Tenants.Clouds, ", ")
}
