package lab

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"slices"

	yaml "go.yaml.in/yaml/v4"
)

//go:embed profiles roles scripts
var builtin embed.FS

// Profile is a cloud as data: its networks, its nodes, and which roles the
// nodes play.
type Profile struct {
	Name      string              `yaml:"name"`
	Summary   string              `yaml:"summary"`
	Suite     string              `yaml:"suite"` // Debian release by code name
	Region    string              `yaml:"region"`
	MemoryMiB int                 `yaml:"memory_mib"` // what the lab takes of this machine when it is up
	Room      Room                `yaml:"room_mib"`
	DiskMiB   int                 `yaml:"disk_mib"` // size of a node's writable layer
	VIP       netip.Addr          `yaml:"vip"`
	Networks  []Network           `yaml:"networks"`
	Shares    []Share             `yaml:"shares"`
	Nodes     []NodeSpec          `yaml:"nodes"`
	Roles     map[string][]string `yaml:"roles"` // node role -> role folders

	parts map[string]*Role // every role in use, by name
	order []string         // their names, each after what it needs
	files fs.FS            // that it was read from
	file  string
}

// Room is what a lab takes of this machine's disks, in MiB.
type Room struct {
	Image int `yaml:"image"` // in the cache: the image and its packages
	Nodes int `yaml:"nodes"` // in the state folder: what nodes write; its snapshot takes a third of it in the cache
}

// Network is one bridge of the lab. The first of a profile is the management
// network, on which the nodes have their addresses.
type Network struct {
	Name   string       `yaml:"name"`
	Bridge string       `yaml:"bridge"`
	Prefix netip.Prefix `yaml:"prefix"`
	Host   netip.Addr   `yaml:"host"` // of the bridge itself, where Eris sends from
}

// Share is a folder that all nodes of a role have in common, as from a file
// server that never fails.
type Share struct {
	Name string `yaml:"name"` // of its folder in the lab's
	Path string `yaml:"path"` // on the nodes; who owns it in the image owns it
	Role string `yaml:"role"` // node role
}

// NodeSpec is one machine of a profile.
type NodeSpec struct {
	Name    string     `yaml:"name"`
	Address netip.Addr `yaml:"address"`
	Role    string     `yaml:"role"`
	Zone    string     `yaml:"zone"`
	Rack    string     `yaml:"rack"`
	DiskMiB int        `yaml:"disk_mib"` // default: the profile's
}

// Profiles lists the built-in profiles by name.
func Profiles() []string {
	entries, err := fs.ReadDir(builtin, "profiles")
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name()[:len(entry.Name())-len(".yaml")])
	}
	return names
}

// loadProfile reads a built-in profile and the roles that it uses.
func loadProfile(name string) (*Profile, error) {
	if !slices.Contains(Profiles(), name) {
		return nil, fmt.Errorf("load profile %q: there is none; known are %v", name, Profiles())
	}
	return readProfile(builtin, path.Join("profiles", name+".yaml"))
}

// readProfile reads a profile strictly: a key that nobody reads is an error.
func readProfile(files fs.FS, name string) (*Profile, error) {
	p := &Profile{parts: map[string]*Role{}, files: files, file: name}
	if err := readStrict(files, name, p); err != nil {
		return nil, err
	}
	for _, folders := range p.Roles {
		for _, folder := range folders {
			if p.parts[folder] != nil {
				continue
			}
			role, err := readRole(files, folder)
			if err != nil {
				return nil, err
			}
			p.parts[folder] = role
		}
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	var err error
	if p.order, err = p.sortParts(); err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	return p, nil
}

func readStrict(files fs.FS, name string, into any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read profile: %w", err)
	}
	if err := yaml.Load(data, into, yaml.WithKnownFields()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// check reports everything that is wrong with a profile at once.
func (p *Profile) check() error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if len(p.Networks) == 0 {
		return errors.New("no networks")
	}
	if p.MemoryMiB <= 0 || p.Room.Image <= 0 || p.Room.Nodes <= 0 {
		bad("memory_mib, room_mib.image and room_mib.nodes: want what the lab takes of this machine")
	}
	taken := map[netip.Addr]string{p.VIP: "the VIP"}
	for _, n := range p.Networks {
		if !n.Prefix.IsValid() || !n.Prefix.Contains(n.Host) {
			bad("network %s: host %s is not in %s", n.Name, n.Host, n.Prefix)
		}
		taken[n.Host] = "bridge " + n.Bridge
	}
	names := map[string]bool{}
	for _, n := range p.Nodes {
		if !p.Networks[0].Prefix.Contains(n.Address) {
			bad("node %s: %s is not in the management network %s", n.Name, n.Address, p.Networks[0].Prefix)
		}
		if who, double := taken[n.Address]; double {
			bad("node %s: %s is %s already", n.Name, n.Address, who)
		}
		taken[n.Address] = "node " + n.Name
		if names[n.Name] || !nameForm.MatchString(n.Name) {
			bad("node %q: twice, or not a host name", n.Name)
		}
		names[n.Name] = true
		if size := p.diskMiB(n); size < 512 {
			bad("node %s: disk_mib %d: a node needs at least 512", n.Name, size)
		}
		if p.Roles[n.Role] == nil {
			bad("node %s: role %q is not among the profile's roles", n.Name, n.Role)
		}
	}
	for _, s := range p.Shares {
		if !nameForm.MatchString(s.Name) || !path.IsAbs(s.Path) || p.Roles[s.Role] == nil {
			bad("share %q: want a name, an absolute path and a role of the profile", s.Name)
		}
	}
	return errors.Join(wrong...)
}

// diskMiB is the size of a node's writable layer.
func (p *Profile) diskMiB(n NodeSpec) int {
	if n.DiskMiB != 0 {
		return n.DiskMiB
	}
	return p.DiskMiB
}

// nodesWith lists the nodes that a role runs on, in the profile's order.
func (p *Profile) nodesWith(part string) []NodeSpec {
	var with []NodeSpec
	for _, n := range p.Nodes {
		if slices.Contains(p.Roles[n.Role], part) {
			with = append(with, n)
		}
	}
	return with
}
