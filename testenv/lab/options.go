package lab

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"sync"
)

// Options name a lab and say where it lives. The zero value is the lab "lab"
// of the profile "openstack" in the usual folders.
type Options struct {
	Name    string // lower-case letters, digits and dashes; default lab
	Profile string // default: a lab's own, of a new one openstack
	// Definitions is a folder of profiles and roles that are added to those built
	// in, or stand in for them; default: a lab's own, of a new one none.
	Definitions string

	StateDir string                    // default /var/lib/eris/lab
	CacheDir string                    // images and packages; default /var/cache/eris
	Fresh    bool                      // Up: make the lab and its snapshot anew, whatever is there
	ByHand   bool                      // Up, Reset: refuse a machine that lacks packages instead of installing them
	Progress func(step, detail string) // told of every step, one at a time; may be nil

	host   host   // the machine that carries it; default this one
	claims string // where names are claimed; default /run/eris-lab
}

var folderForm = regexp.MustCompile(`^[A-Za-z0-9._/+@-]+$`)

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// withDefaults fills in what was left empty and refuses names that could
// reach outside the state folder.
func (o Options) withDefaults() (Options, error) {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&o.Name, "lab")
	set(&o.Profile, "openstack")
	set(&o.StateDir, "/var/lib/eris/lab")
	set(&o.CacheDir, "/var/cache/eris")
	if o.Progress == nil {
		o.Progress = func(string, string) {}
	}
	if o.host == nil {
		o.host = machine{}
	}
	if !nameForm.MatchString(o.Name) {
		return o, fmt.Errorf("name lab %q: want at most 31 lower-case letters, digits and dashes, a letter first", o.Name)
	}
	o.Progress = oneAtATime(o.Progress)
	var err error
	if o.Definitions != "" {
		if o.Definitions, err = resolve(o.Definitions); err != nil {
			return o, fmt.Errorf("resolve %s: %w", o.Definitions, err)
		}
	}
	for _, dir := range []*string{&o.StateDir, &o.CacheDir} {
		real, err := resolve(*dir)
		if err != nil {
			return o, fmt.Errorf("resolve %s: %w", *dir, err)
		}
		if !folderForm.MatchString(real) { // others mean something to mount, systemd-nspawn, ipmi_sim or a shell
			return o, fmt.Errorf("folder %q: the path of a lab's folders has only letters, digits and . _ - + @ /", real)
		}
		*dir = real
	}
	return o, nil
}

// resolve is an absolute path without symbolic links, as the kernel names its
// mounts; what is not there yet stays as it is written.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for there, rest := abs, ""; ; there, rest = filepath.Dir(there), filepath.Join(filepath.Base(there), rest) {
		real, err := filepath.EvalSymlinks(there)
		if err == nil {
			return filepath.Join(real, rest), nil
		}
		if !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			return "", err
		}
	}
}

// oneAtATime lets parts that work at the same time tell of it in turn.
func oneAtATime(tell func(step, detail string)) func(step, detail string) {
	var mu sync.Mutex
	return func(step, detail string) {
		mu.Lock()
		defer mu.Unlock()
		tell(step, detail)
	}
}

// Streams are what a program on a node reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// paths are the places of one lab. Everything of it is under dir, in the
// network namespace netns, or in a cgroup named group.
type paths struct {
	dir       string
	netns     string // name under /run/netns
	group     string // name of its cgroup in every hierarchy
	claim     string // link to dir while the name is this lab's
	lock      string // beside dir, so that dir can be removed under it
	key       string
	secret    string
	known     string
	clouds    string
	inventory string
	stamp     string // written when the lab is complete
	shares    string // folders that nodes share, by name
	smoke     string // notes of smoke checks
}

func (o Options) paths() paths {
	dir := filepath.Join(o.StateDir, o.Name)
	in := func(name string) string { return filepath.Join(dir, name) }
	return paths{
		dir: dir, netns: "eris-lab-" + o.Name, group: "eris-lab-" + o.Name,
		claim: filepath.Join(cmp.Or(o.claims, claims), o.Name),
		lock:  filepath.Join(o.StateDir, "."+o.Name+".lock"),
		key:   in("id"), secret: in("secret"), known: in("known_hosts"),
		clouds: in("clouds.yaml"), inventory: in("inventory.yaml"), stamp: in("lab.json"),
		shares: in("shares"), smoke: in("smoke"),
	}
}

func (p paths) node(name string) string      { return filepath.Join(p.dir, "nodes", name) }
func (p paths) root(name string) string      { return filepath.Join(p.node(name), "root") }
func (p paths) disk(name string) string      { return filepath.Join(p.node(name), "disk") }
func (p paths) diskFile(name string) string  { return filepath.Join(p.node(name), "disk.img") }
func (p paths) script(name string) string    { return filepath.Join(p.dir, "scripts", name) }
func (p paths) bmc(node, file string) string { return filepath.Join(p.node(node), "bmc", file) }
func (p paths) netnsFile() string            { return filepath.Join("/run/netns", p.netns) }
