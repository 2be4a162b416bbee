package lab

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"
)

// Role is one service as data: what it needs, where its configuration goes,
// how it is set up the first time, and how its health is read.
type Role struct {
	Name       string              `yaml:"name"`
	Summary    string              `yaml:"summary"`
	After      []string            `yaml:"after"`          // roles that are set up before this one
	StartAfter []string            `yaml:"start_after"`    // roles that its units need, and the steps before them do not
	Does       []string            `yaml:"does"`           // for the cloud; see duties
	UsersOf    string              `yaml:"after_users_of"` // a role; this one comes after all that come after that
	Packages   []string            `yaml:"packages"`
	Files      []File              `yaml:"files"`
	Units      []string            `yaml:"units"` // enabled and started once the role is set up
	Logs       map[string][]string `yaml:"logs"`  // unit -> globs of the files that it writes what it has to say to; see logsOf for what need not be named
	Services   map[string]Service  `yaml:"services"`
	Groups     map[string]Group    `yaml:"groups"` // redundancy groups of the inventory, where its defaults say too little
	Balance    map[string]Balance  `yaml:"balance"`
	Catalogue  map[string]Offer    `yaml:"catalogue"` // what Keystone tells users of it, by service name
	Setup      []Step              `yaml:"setup"`
	Recover    *Recovery           `yaml:"recover"` // absent: its nodes find one another without help
	Facts      map[string]Fact     `yaml:"facts"`   // shown by status, read on every node of the role
	Checks     map[string]Check    `yaml:"checks"`  // asked once for the whole cloud

	files  fs.FS // the role's folder
	shared fs.FS // what several roles use: roles/shared
}

// File is one whole configuration file of a node. Packages' own files are
// replaced, not edited: they carry the build machine's address.
type File struct {
	Path     string            `yaml:"path"`
	Template string            `yaml:"template"` // file in the role's folder, or shared/NAME; text/template
	Content  string            `yaml:"content"`  // the template itself, instead of a file of its own
	With     map[string]string `yaml:"with"`     // what a shared template is told of this use, as .With
	Mode     string            `yaml:"mode"`     // octal, default 0644
	Owner    string            `yaml:"owner"`    // user:group of the node, default root:root
}

// Service is an entry of the inventory that the lab writes.
type Service struct {
	Unit      string `yaml:"unit,omitempty"` // or another runtime
	Container string `yaml:"container,omitempty"`
	Pacemaker string `yaml:"pacemaker,omitempty"`
	Process   string `yaml:"process,omitempty"`
	Start     string `yaml:"start,omitempty"` // of a process
	Port      int    `yaml:"port,omitempty"`
	Health    Health `yaml:"health"`
	Leader    Leader `yaml:"leader,omitempty"`

	Leaders map[string]Leader `yaml:"leaders,omitempty"` // several, by name
}

// Leader is how a node says that it leads, in the words of the inventory.
type Leader struct {
	Command string        `yaml:"command"`
	Timeout time.Duration `yaml:"timeout,omitempty"`
}

// Health is a probe in the words of the inventory; exactly one of HTTP, TCP
// and Command is set.
type Health struct {
	HTTP    string        `yaml:"http,omitempty"`
	TCP     bool          `yaml:"tcp,omitempty"`
	Command string        `yaml:"command,omitempty"`
	Timeout time.Duration `yaml:"timeout,omitempty"`
}

// Group is an entry of the inventory that the lab writes: what loss of a
// service this cloud survives.
type Group struct {
	Services []string `yaml:"services,flow"`
	Rule     Rule     `yaml:"rule,flow"`
}

// Balance asks haproxy to offer a port on the VIP.
type Balance struct {
	Port  int           `yaml:"port"`
	Mode  string        `yaml:"mode"`  // http (default) or mysql
	Check string        `yaml:"check"` // path of the HTTP health check
	Every time.Duration `yaml:"every"` // how often each balancer checks, default 2s; for a check that costs the service much
}

// Fact is something that a node can tell of its service beyond being healthy.
type Fact struct {
	Run  string `yaml:"run"`  // sh, a template like the files
	Want string `yaml:"want"` // any other answer is unhealthy; a template; empty: only shown
}

// Step is one act of the first-time set-up.
type Step struct {
	Name    string        `yaml:"name"`
	On      string        `yaml:"on"`      // first, rest or all nodes of the role
	Run     string        `yaml:"run"`     // sh, a template like the files
	Started bool          `yaml:"started"` // after the role's units have started, not before
	Timeout time.Duration `yaml:"timeout"` // default 3m
}

// Recovery is how a cluster whose nodes were all lost is brought back: by the
// node that knows the latest. All are sh, templates like the files.
type Recovery struct {
	Intact   string        `yaml:"intact"`   // succeeds on a node that belongs to a working cluster
	Hope     string        `yaml:"hope"`     // succeeds while the node can still find the others by itself; empty: never
	Patience time.Duration `yaml:"patience"` // how long such hope is given; default 30s
	Rank     string        `yaml:"rank"`     // stops the service and prints a number: the higher, the later its state
	Found    string        `yaml:"found"`    // on the node of the highest rank: starts the cluster anew from its state
	Join     string        `yaml:"join"`     // on the others, one after another
}

// readRole reads a role. Its error is fs.ErrNotExist where there is none of that
// name, or else everything that is wrong with it.
func readRole(files fs.FS, name string) (*Role, error) {
	folder := path.Join("roles", name)
	role := &Role{}
	r, err := readStrict(files, path.Join(folder, "role.yaml"), role)
	if err != nil {
		return nil, err
	}
	if role.files, err = fs.Sub(files, folder); err != nil {
		return nil, fmt.Errorf("open role %s: %w", name, err)
	}
	if role.shared, err = fs.Sub(files, "roles/"+sharedFolder); err != nil {
		return nil, fmt.Errorf("open what roles share: %w", err)
	}
	role.check(r, name)
	return role, r.err()
}

// sharedFolder is beside the roles and none of them.
const sharedFolder = "shared"

// roleNames lists the roles that there are.
func roleNames(files fs.FS) []string {
	entries, _ := fs.ReadDir(files, "roles")
	var names []string
	for _, entry := range entries {
		if entry.Name() != sharedFolder {
			names = append(names, entry.Name())
		}
	}
	return names
}

// check reports everything that is wrong with a role.
func (r *Role) check(in *reading, name string) {
	if r.Name != name {
		in.bad("name", "name: %q is in the folder of a role %q", r.Name, name)
	}
	for i, f := range r.Files {
		at := item("files", i)
		if source, err := r.template(f); err != nil {
			in.bad(at, "file %s: template: %v", f.Path, err)
		} else {
			r.checkTemplate(in, at, f.Path, string(source))
		}
		if _, err := f.mode(); err != nil || !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path {
			in.bad(at, "file %s: want a clean absolute path and an octal mode", f.Path)
		}
	}
	for id, s := range r.Services {
		if n := count(s.Health.HTTP != "", s.Health.TCP, s.Health.Command != ""); n != 1 {
			in.bad("services/"+id, "service %s: %d health probes, want one", id, n)
		}
	}
	r.checkDuties(in)
	r.checkLogs(in)
	r.checkOffers(in)
	for id, c := range r.Checks {
		if c.Run == "" {
			in.bad("checks/"+id, "check %s: want a run", id)
		}
		r.checkTemplate(in, "checks/"+id+"/run", id, c.Run)
	}
	for id, f := range r.Facts {
		r.checkTemplate(in, "facts/"+id, id, f.Run+f.Want)
	}
	for i, s := range r.Setup {
		if !slices.Contains([]string{"first", "rest", "all"}, s.On) || s.Run == "" {
			in.bad(item("setup", i), "step %q: want on: first, rest or all, and a run", s.Name)
		}
		r.checkTemplate(in, item("setup", i)+"/run", s.Name, s.Run)
	}
	if len(r.StartAfter) > 0 && len(r.Units) == 0 {
		in.bad("start_after", "start_after: there are no units to start")
	}
	if r.Recover != nil && slices.Contains([]string{r.Recover.Intact, r.Recover.Rank, r.Recover.Found, r.Recover.Join}, "") {
		in.bad("recover", "recover: want intact, rank, found and join")
	}
}

// checkTemplate reports what is no template.
func (r *Role) checkTemplate(in *reading, at, name, source string) {
	if _, err := (&renderer{}).parse(r, name, source); err != nil {
		in.bad(at, "%s: %v", name, err)
	}
}

func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

// placeAfterUsers puts roles after those of the profile that use what another
// one offers.
func (p *Profile) placeAfterUsers() {
	for _, role := range p.parts {
		for user, other := range p.parts {
			if role.UsersOf != "" && other.UsersOf != role.UsersOf && slices.Contains(other.After, role.UsersOf) {
				role.After = append(role.After, user)
			}
		}
	}
}

// sortParts orders the roles so that each comes after what it needs; among
// equals by name, so that every lab is made in the same order.
func (p *Profile) sortParts() ([]string, error) {
	var order []string
	placed := map[string]bool{}
	names := slices.Sorted(maps.Keys(p.parts))
	needs := func(name string) []string { return slices.Concat(p.parts[name].After, p.parts[name].StartAfter) }
	for _, name := range names {
		for _, need := range needs(name) {
			if p.parts[need] == nil {
				return nil, fmt.Errorf("role %s comes after role %s, which the profile lacks", name, need)
			}
		}
	}
	open := func(need string) bool { return !placed[need] }
	ready := func(name string) bool { return !placed[name] && !slices.ContainsFunc(needs(name), open) }
	for len(order) < len(names) {
		i := slices.IndexFunc(names, ready)
		if i < 0 {
			waiting := slices.DeleteFunc(names, func(name string) bool { return placed[name] })
			return nil, fmt.Errorf("roles %v: a cycle of after", waiting)
		}
		order, placed[names[i]] = append(order, names[i]), true
	}
	return order, nil
}

// packages lists what the image holds, sorted and once each.
func (p *Profile) packages() []string {
	var all []string
	for _, part := range p.parts {
		all = append(all, part.Packages...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
