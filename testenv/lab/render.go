package lab

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"text/template"
)

// view is what a template sees: the lab, the node that the file is for, and
// the nodes that share the role.
type view struct {
	Lab           string
	Region        string
	VIP           string
	AuthorizedKey string
	Management    struct{ Bits int }
	Networks      []Network // the first is the management network
	Node          nodeView
	Nodes         []nodeView // all
	Members       []nodeView // those that the file's role runs on
	Peers         []nodeView // the members but this node
	Balances      []balanceView
	With          map[string]string // of the file
	As            string            // whom a shared piece is for; see as
}

type nodeView struct {
	Name          string
	Address       string
	Priority      int // for VRRP: falls by one from node to node
	HostKey       string
	HostKeyPublic string
}

type balanceView struct {
	Name, Mode, Check string
	Every             string // in milliseconds, as haproxy reads it; empty: its default
	Port              int
	Members           []memberView
}

type memberView struct {
	Name, Address string
	Port          int
}

// renderer fills templates for one lab.
type renderer struct {
	name    string
	profile *Profile
	keys    *keys
}

func (r *renderer) nodeView(n NodeSpec) nodeView {
	index := slices.IndexFunc(r.profile.Nodes, func(o NodeSpec) bool { return o.Name == n.Name })
	host := r.keys.hosts[n.Name]
	return nodeView{
		Name: n.Name, Address: n.Address.String(), Priority: 150 - index,
		HostKey: host.private, HostKeyPublic: host.public,
	}
}

func (r *renderer) nodeViews(specs []NodeSpec) []nodeView {
	var views []nodeView
	for _, n := range specs {
		views = append(views, r.nodeView(n))
	}
	return views
}

func (r *renderer) view(part string, node NodeSpec) view {
	v := view{
		Lab: r.name, Region: r.profile.Region, VIP: r.profile.vip(),
		AuthorizedKey: r.keys.user.public,
		Node:          r.nodeView(node), Nodes: r.nodeViews(r.profile.Nodes),
		Members: r.nodeViews(r.profile.nodesWith(part)), Balances: r.balances(),
	}
	v.Networks = r.profile.Networks
	v.Management.Bits = r.profile.Networks[0].Prefix.Bits()
	for _, m := range v.Members {
		if m.Name != node.Name {
			v.Peers = append(v.Peers, m)
		}
	}
	return v
}

func (r *renderer) balances() []balanceView {
	var all []balanceView
	for _, part := range r.profile.order {
		entries := r.profile.parts[part].Balance
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			b := entries[name]
			line := balanceView{Name: name, Mode: b.Mode, Check: b.Check, Port: b.Port}
			if b.Every > 0 {
				line.Every = strconv.FormatInt(b.Every.Milliseconds(), 10)
			}
			for _, n := range r.profile.nodesWith(part) {
				line.Members = append(line.Members, memberView{Name: n.Name, Address: n.Address.String(), Port: b.Port})
			}
			all = append(all, line)
		}
	}
	return all
}

// text fills one template. Passwords and keys are derived from the lab's
// secret, so that the same name gives the same value everywhere in a lab.
func (r *renderer) text(part string, node NodeSpec, name, source string) ([]byte, error) {
	return r.fill(part, node, name, source, nil)
}

// parse reads a template of a role, with all that it may call.
func (r *renderer) parse(role *Role, name, source string) (*template.Template, error) {
	t, err := role.pieces(template.New(name).Option("missingkey=error").Funcs(template.FuncMap{
		"password":  r.keys.password,
		"fernet":    r.keys.fernet,
		"hex":       r.keys.hex,
		"membersOf": func(role string) []nodeView { return r.nodeViews(r.profile.nodesWith(role)) },
		"offers":    r.offers,
		"as":        func(v view, whom string) view { v.As = whom; return v },
	}))
	if err != nil {
		return nil, err
	}
	return t.Parse(source)
}

func (r *renderer) fill(part string, node NodeSpec, name, source string, with map[string]string) ([]byte, error) {
	t, err := r.parse(r.profile.parts[part], name, source)
	if err != nil {
		return nil, fmt.Errorf("parse template of role %s: %w", part, err)
	}
	var out bytes.Buffer
	v := r.view(part, node)
	v.With = with
	if err := t.Execute(&out, v); err != nil {
		return nil, fmt.Errorf("fill template of role %s for %s: %w", part, node.Name, err)
	}
	return out.Bytes(), nil
}

// file fills the template of one configuration file.
func (r *renderer) file(part string, node NodeSpec, f File) ([]byte, error) {
	source, err := r.profile.parts[part].template(f)
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	return r.fill(part, node, f.Path, string(source), f.With)
}

// fillAll fills everything of the profile that is a template, and returns all that
// cannot be filled.
func (r *renderer) fillAll() error {
	var wrong []error
	try := func(part string, n NodeSpec, name, source string) {
		_, err := r.text(part, n, name, source)
		wrong = append(wrong, err)
	}
	for _, part := range r.profile.order {
		role := r.profile.parts[part]
		for _, n := range r.profile.nodesWith(part) {
			for _, f := range role.Files {
				text, err := r.file(part, n, f)
				if bytes.Contains(text, []byte("<no value>")) {
					err = fmt.Errorf("fill %s of role %s: a value that it wants is not there", f.Path, part)
				}
				wrong = append(wrong, err)
			}
			for name, fact := range role.Facts {
				try(part, n, name, fact.Run+fact.Want)
			}
			for name, check := range role.Checks {
				try(part, n, name, check.Run)
			}
			if h := role.Recover; h != nil {
				try(part, n, "recover", h.Intact+h.Hope+h.Rank+h.Found+h.Join)
			}
		}
	}
	for _, task := range r.profile.tasks() {
		for _, n := range task.nodes {
			try(task.part, n, task.name, task.text)
		}
	}
	return errors.Join(wrong...)
}

// mode is the permission bits of the file.
func (f File) mode() (os.FileMode, error) {
	if f.Mode == "" {
		return 0o644, nil
	}
	bits, err := strconv.ParseUint(f.Mode, 8, 12)
	if err != nil {
		return 0, fmt.Errorf("read mode %q: %w", f.Mode, err)
	}
	return os.FileMode(bits), nil
}
