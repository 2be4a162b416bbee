package lab

import (
	"errors"
	"io/fs"
	"slices"
)

// Outline is what a profile would make, without making it.
type Outline struct {
	Name      string        `json:"name"`
	Summary   string        `json:"summary"`
	File      string        `json:"file,omitempty"` // of the user's own; absent where it is built in
	MemoryMiB int           `json:"memory_mib"`
	RoomMiB   int           `json:"room_mib"` // of image and nodes together, without the snapshot
	Nodes     []NodeOutline `json:"nodes"`
	Packages  []string      `json:"packages"` // of the image, without what they need
}

// NodeOutline is a node of it.
type NodeOutline struct {
	Name    string   `json:"name"`
	Address string   `json:"address"`
	Roles   []string `json:"roles"` // in the order of their set-up
	Units   []string `json:"units"` // that do the roles' work
}

// Outlines reads every profile, and every role of the options' definitions, also
// one that no profile uses. The error is all that is wrong with them.
func Outlines(o Options) ([]Outline, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	d, err := define(o.Definitions)
	if err != nil {
		return nil, err
	}
	var wrong []error
	all := []Outline{}
	read := map[string]bool{}
	for _, name := range d.profiles() {
		p, err := d.profile(name)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		all = append(all, p.outline(d))
		for part := range p.parts {
			read[part] = true
		}
	}
	if len(wrong) == 0 { // else they may be said twice
		for _, name := range roleNames(d) {
			if read[name] {
				continue
			}
			if _, err := readRole(d, name); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	return all, errors.Join(wrong...)
}

func (p *Profile) outline(d *definitions) Outline {
	out := Outline{
		Name: p.Name, Summary: p.Summary, MemoryMiB: p.MemoryMiB, RoomMiB: p.Room.Image + p.Room.Nodes,
		Nodes: []NodeOutline{}, Packages: p.packages(),
	}
	if d.own != nil {
		if _, err := fs.Stat(d.own, p.file); err == nil {
			out.File = d.place(p.file)
		}
	}
	for _, n := range p.Nodes {
		node := NodeOutline{Name: n.Name, Address: n.Address.String(), Roles: []string{}, Units: []string{}}
		for _, part := range p.order {
			if slices.Contains(p.Roles[n.Role], part) {
				node.Roles = append(node.Roles, part)
				node.Units = append(node.Units, p.parts[part].units()...)
			}
		}
		slices.Sort(node.Units)
		node.Units = slices.Compact(node.Units)
		out.Nodes = append(out.Nodes, node)
	}
	return out
}
