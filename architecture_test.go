package eris_test

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// layer says which of our packages a folder, and every folder below it that
// has no layer of its own, may import. A leaf may be imported by all.
type layer struct {
	folder string
	may    []string
}

// leaves import nothing of ours; anyone may import them.
func leaves() []string { return []string{"document", "conditions"} }

// layers is the architecture. What is not listed belongs to no layer and is an
// error: whoever adds a package says here what it stands on.
func layers() []layer {
	return []layer{
		{".", nil},
		{"document", nil},
		{"conditions", nil},
		{"collectors/record", nil},
		{"inventory", nil},
		{"inventory/redundancy", []string{"inventory"}},
		{"inventory/remote", []string{"inventory", "inventory/remote/hostkey", "inventory/remote/sshclient"}},
		{"inventory/remote/hostkey", nil},
		{"inventory/remote/sshclient", nil},
		{"inventory/remote/local", []string{"inventory", "inventory/remote"}},
		{"inventory/remote/power", []string{"inventory", "inventory/remote/compute"}},
		{"loadgen", []string{"collectors/record"}},
		{"loadgen/openstack", []string{"collectors/record", "loadgen", "loadgen/openstack/content"}},
		{"loadgen/openstack/content", nil},
		{"loadgen/openstack/nova", []string{"collectors/record", "loadgen", "loadgen/openstack", "loadgen/dataplane/ssh"}}, // which logs in to what it boots
		{"loadgen/dataplane", []string{"collectors/record", "loadgen", "loadgen/dataplane/sequence"}},
		{"loadgen/dataplane/ssh", []string{"collectors/record", "loadgen", "loadgen/dataplane", "inventory/remote/hostkey", "inventory/remote/sshclient"}},
		{"loadgen/command", []string{"collectors/rally", "collectors/record", "loadgen"}},
		{"loadgen/workloads", []string{"loadgen", "loadgen/command", "loadgen/openstack", "loadgen/openstack/*", "loadgen/dataplane/*"}}, // the one list of them
		{"faults", []string{"inventory", "inventory/remote", "inventory/redundancy", "collectors/record", "faults/script"}},
		{"faults/script", nil},
		{"faults/outside", []string{"inventory", "inventory/remote", "faults"}},
		{"faults/power", []string{"inventory", "inventory/remote/power", "faults", "faults/outside", "faults/script"}},
		{"faults/outside/access", []string{"inventory", "inventory/remote/compute", "faults/outside"}},
		{"faults/nova", []string{"inventory", "inventory/remote/compute", "faults", "faults/outside", "faults/outside/access"}},
		{"faults/volume", []string{"inventory", "inventory/remote/compute", "faults", "faults/outside", "faults/outside/access"}},
		{"faults/catalogue", []string{"faults", "faults/*"}},                                                                                 // the one list of them
		{"faults/faulttest", []string{"inventory", "inventory/remote", "inventory/remote/local", "collectors/record", "faults", "faults/*"}}, // strikes with every kind
		{"collectors", []string{"inventory", "inventory/remote", "collectors/record"}},
		{"collectors/captures", []string{"inventory", "inventory/remote", "collectors", "collectors/logged", "collectors/record"}},
		{"collectors/rally", []string{"collectors/record"}},
		{"kpi", []string{"collectors/record"}},
		{"scenarios", []string{"inventory", "inventory/redundancy", "inventory/remote", "collectors", "collectors/captures", "collectors/record", "loadgen", "faults", "kpi"}},
		{"scenarios/rehearsal", nil},
		{"scenarios/sentence", []string{"inventory", "faults"}},
		{"scenarios/rally", []string{"inventory", "scenarios", "scenarios/sentence"}},
		{"scenarios/workers", []string{"collectors/record", "loadgen", "scenarios", "scenarios/engine"}},
		{"reports", []string{"kpi", "kpi/coverage", "kpi/published", "collectors/record", "reports/metrics", "reports/live"}},
		{"reports/metrics", []string{"collectors/record", "kpi", "reports/live"}},
		{"reports/publish", []string{"collectors/record", "kpi", "kpi/coverage", "reports"}},
		{"testenv", nil},
		{"testenv/simcloud", []string{"inventory", "inventory/remote", "testenv/simcloud/*"}},
		{"testenv/lab", []string{"inventory", "inventory/remote", "inventory/remote/power", "inventory/remote/sshclient", "testenv/lab/*", "faults/outside"}}, // whose workers end with it
		{"testenv/familytest", []string{"faults", "faults/catalogue", "faults/faulttest", "faults/outside", "faults/power", "faults/service", "inventory", "testenv/simcloud", "testenv/simcloud/container", "testenv/simcloud/node", "testenv/simcloud/ssh"}},
		{"testenv/guest", nil},
		{"testenv/libvirttest", nil},
		{"testenv/executable", nil},
		{"testenv/coldstarts", []string{"testenv/lab"}},
		{"testenv/bench", []string{"*"}},
		{"testenv/fidelity", []string{"collectors/record", "inventory", "reports", "testenv/lab", "testenv/simcloud"}},
		{"testenv/faultstable", []string{"document", "faults", "faults/catalogue"}},
		{"testenv/schedules", []string{"collectors/record", "faults", "inventory", "inventory/redundancy", "inventory/remote", "testenv/lab", "testenv/simcloud"}},
		{"testenv/clients", []string{"inventory", "testenv/lab"}},
		{"testenv/sidebyside", []string{"collectors/record", "faults", "faults/service", "inventory", "inventory/remote", "testenv/lab"}},
		{"cmd", []string{"*"}},
	}
}

func TestLayers(t *testing.T) {
	require.Empty(t, crossings(parse(t, os.DirFS(".")), layers()))
}

func TestLayersCanFail(t *testing.T) {
	tree := fstest.MapFS{
		"kpi/kpi.go":             source("package kpi", "inventory"),
		"kpi/kpi_test.go":        source("package kpi", "reports"),
		"faults/heal.go":         source("package faults", "faults/faulttest"),
		"faults/faulttest/f.go":  source("package faulttest", "faults", "inventory"),
		"reports/r.go":           source("package reports", "kpi"),
		"helpers/h.go":           source("package helpers"),
		"inventory/i.go":         source("package inventory", "document"),
		"faults/service/stop.go": source("package service", "faults", "faults/network"),
		"kpi/testdata/broken.go": source("package x", "cmd/eris"),
	}
	require.Equal(t, []string{
		"faults may not import faults/faulttest",
		"faults/service may not import faults/network",
		"helpers belongs to no layer: add it to layers in architecture_test.go",
		"kpi may not import inventory",
	}, crossings(parse(t, tree), layers()))
}

// crossings names every import among our packages that the layers do not
// allow, and every use of a package for tests (faulttest, labtest) outside of
// tests. Tests may import what they like.
func crossings(p packages, layers []layer) []string {
	var found []string
	for folder, pkg := range p {
		own := layerOf(folder, layers)
		if own == nil {
			found = append(found, folder+" belongs to no layer: add it to layers in architecture_test.go")
			continue
		}
		for _, imported := range pkg.ours {
			forTests := strings.HasSuffix(imported, "test") && !strings.HasSuffix(folder, "test")
			if forTests || !own.allows(folder, imported) {
				found = append(found, folder+" may not import "+imported)
			}
		}
	}
	slices.Sort(found)
	return found
}

// layerOf finds the layer of the folder or of the nearest folder above it.
func layerOf(folder string, layers []layer) *layer {
	for at := folder; ; at = path.Dir(at) {
		for i := range layers {
			if layers[i].folder == at {
				return &layers[i]
			}
		}
		if !strings.Contains(at, "/") {
			return nil
		}
	}
}

// allows says whether a package of this layer may import another of ours: a
// leaf, what the layer names, or a folder above it within the same layer.
func (l layer) allows(folder, imported string) bool {
	above := strings.HasPrefix(folder, imported+"/") && strings.HasPrefix(imported+"/", l.folder+"/")
	return above || slices.Contains(leaves(), imported) ||
		slices.Contains(l.may, imported) || slices.Contains(l.may, path.Dir(imported)+"/*") || slices.Contains(l.may, "*")
}

// reachRule bounds what a folder can do, by what it can never reach: directly,
// or also through any other package of ours.
type reachRule struct {
	folder, never string
	through       bool
	but           string // a folder below it that may
}

func reachRules() []reachRule {
	return []reachRule{
		{folder: "kpi", never: "os"}, // it computes: the record is read elsewhere
		{folder: "kpi", never: "net", through: true},
		{folder: "conditions", never: "os", through: true},
		{folder: "conditions", never: "net", through: true},
		{folder: "collectors/record", never: "net", through: true},
		{folder: "document", never: "net", through: true},
		{folder: "inventory/redundancy", never: "os"},
		{folder: "reports", never: "net", through: true},                                    // pages are made offline, from the record alone
		{folder: "loadgen", never: "golang.org/x/crypto/ssh", but: "loadgen/dataplane/ssh"}, // that logs in to instances
		{folder: "loadgen", never: "os/exec", but: "loadgen/command"},
		{folder: "faults", never: "golang.org/x/crypto/ssh"}, // inventory/remote alone knows SSH
		{folder: "faults", never: "os/exec"},                 // a fault happens on a node, never here
		{folder: "collectors", never: "golang.org/x/crypto/ssh"},
		{folder: "collectors", never: "os/exec", through: true},
	}
}

func TestReach(t *testing.T) {
	require.Empty(t, overreaches(parse(t, os.DirFS(".")), reachRules()))
}

func TestReachCanFail(t *testing.T) {
	tree := fstest.MapFS{
		"reports/r.go":  &fstest.MapFile{Data: []byte(`package reports; import _ "` + module + `/kpi"`)},
		"kpi/k.go":      &fstest.MapFile{Data: []byte(`package kpi; import ("net/http"; "net/netip"; "os")`)},
		"kpi/k_test.go": &fstest.MapFile{Data: []byte(`package kpi; import "os/exec"`)},
	}
	require.Equal(t, []string{
		"kpi may not import net/http",
		"kpi may not import os",
		"reports may not import net/http (through kpi)",
	}, overreaches(parse(t, tree), reachRules()))
}

// overreaches names every package of the standard library or of another module
// that is reached though a rule forbids it. net/netip only computes.
func overreaches(p packages, rules []reachRule) []string {
	var found []string
	for _, rule := range rules {
		for folder := range p {
			if folder == rule.but || folder != rule.folder && !strings.HasPrefix(folder, rule.folder+"/") {
				continue
			}
			for _, at := range p.reach(folder, rule.through) {
				for _, imported := range p[at].others {
					if imported == "net/netip" || imported != rule.never && !strings.HasPrefix(imported, rule.never+"/") {
						continue
					}
					how := ""
					if at != folder {
						how = fmt.Sprintf(" (through %s)", at)
					}
					found = append(found, folder+" may not import "+imported+how)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// reach lists the package and, if asked for, every package of ours below it.
func (p packages) reach(folder string, through bool) []string {
	reached := []string{folder}
	for i := 0; through && i < len(reached); i++ {
		if pkg := p[reached[i]]; pkg != nil {
			for _, next := range pkg.ours {
				if p[next] != nil && !slices.Contains(reached, next) {
					reached = append(reached, next)
				}
			}
		}
	}
	return reached
}

// source is a Go file that imports packages of ours.
func source(clause string, imports ...string) *fstest.MapFile {
	text := "// Package x is a stand-in.\n" + clause + "\n"
	for _, i := range imports {
		text += fmt.Sprintf("import _ %q\n", module+"/"+i)
	}
	return &fstest.MapFile{Data: []byte(text)}
}
