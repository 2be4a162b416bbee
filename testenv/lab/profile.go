package lab

import (
	"embed"
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
	Try       string              `yaml:"try"`   // what of `eris run` shows most of it at once; empty where redundancy admits nothing
	Suite     string              `yaml:"suite"` // Debian release by code name
	Region    string              `yaml:"region"`
	MemoryMiB int                 `yaml:"memory_mib"` // what the lab takes of this machine when it is up
	Room      Room                `yaml:"room_mib"`
	DiskMiB   int                 `yaml:"disk_mib"` // size of a node's writable layer
	VIP       netip.Addr          `yaml:"vip"`      // of the APIs; a profile without OpenStack has none
	Networks  []Network           `yaml:"networks"`
	OutOfBand Network             `yaml:"oob"` // on which the BMCs are; without it there are none
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

// Network is one bridge of the lab, its core, with those of the switches that
// are joined to it. The first of a profile is the management network, on which
// the nodes have their addresses.
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
	Switch  string     `yaml:"switch"`   // into which its networks are plugged; empty: into the core
	BMC     netip.Addr `yaml:"bmc"`      // its out-of-band power, on the network oob
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
	p.placeAfterUsers()
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

// allNetworks are the nodes' networks and, if there is one, that of the BMCs.
func (p *Profile) allNetworks() []Network {
	if p.OutOfBand == (Network{}) {
		return p.Networks
	}
	return append(slices.Clone(p.Networks), p.OutOfBand)
}

// diskMiB is the size of a node's writable layer.
func (p *Profile) diskMiB(n NodeSpec) int {
	if n.DiskMiB != 0 {
		return n.DiskMiB
	}
	return p.DiskMiB
}

// vip is the VIP as it is written; empty where there is none.
func (p *Profile) vip() string {
	if !p.VIP.IsValid() {
		return ""
	}
	return p.VIP.String()
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
