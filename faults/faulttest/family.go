package faulttest

import (
	"path"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/outside"
)

// FamilyOf is the folder in which a kind of fault lives, whatever it is called:
// the packets of service.unplug are dropped by the family network.
func FamilyOf(fault faults.Fault) string {
	return path.Base(reflect.TypeOf(fault).Elem().PkgPath())
}

// keptOutside tells that a family's faults are kept from outside of their nodes.
func keptOutside(family string) bool {
	return slices.ContainsFunc(catalogue.Kept(), func(f outside.Family) bool { return f.Words().Family == family })
}

// Kinds are the names of a family's kinds in the catalogue, which must know
// some: "service" has "service.kill".
func Kinds(t *testing.T, family string) []string {
	t.Helper()
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	var names []string
	for _, name := range kinds.Names() {
		if kind, _ := kinds.Lookup(name); FamilyOf(kind.New()) == family {
			names = append(names, name)
		}
	}
	require.NotEmpty(t, names, "the catalogue has no family %s", family)
	return names
}

// New is a fault of a kind in the catalogue, with its defaults.
func New(name string) (faults.Fault, bool) {
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	kind, ok := kinds.Lookup(name)
	if !ok {
		return nil, false
	}
	return kind.New(), true
}

// lacked is the case of a kind that its nodes cannot have.
const lacked = "refused for what its node lacks"

// Lacks says what a family's node does not have that a kind needs, in the words
// in which its preflight has to refuse it; nothing where it has all.
type Lacks func(t *testing.T, kind string) (reason string)

// Family runs Kind for each of a family's kinds in the catalogue. faultOf is New,
// or what gives a kind the arguments that the family's beds need. Where the
// nodes cannot have all kinds, lacks says so, and Refused is run for those that
// they cannot: what is lacking is asserted, not skipped.
func Family(t *testing.T, on On, family string, faultOf func(kind string) (faults.Fault, bool), lacks ...Lacks) {
	for _, name := range raced(t, Kinds(t, family)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // as many as the program's -test.parallel allows
			fault := func() faults.Fault {
				fault, ok := faultOf(name)
				require.True(t, ok)
				return fault
			}
			for _, lacking := range lacks {
				if reason := lacking(t, name); reason != "" {
					t.Run(lacked, func(t *testing.T) {
						on(t, func(t *testing.T, bed Bed) { Refused(t, bed, fault(), reason) })
					})
					return
				}
			}
			suite := Kind
			switch {
			case family == "power" && faults.Passing(fault()): // these come back by themselves
				suite = OutsideAnew
			case keptOutside(family): // no node can undo it
				suite = Outside
			case family == "node": // and these undo it themselves
				suite = Anew
			}
			suite(t, on, fault)
		})
	}
}

// Able are those of kinds that the nodes can have. Of each of the others it asserts,
// in a test of its own, that it is refused: an engine never comes to hold it.
func Able(t *testing.T, on On, kinds []string, faultOf func(kind string) (faults.Fault, bool), lacks Lacks) (able []string) {
	t.Helper()
	for _, kind := range kinds {
		reason := lacks(t, kind)
		if reason == "" {
			able = append(able, kind)
			continue
		}
		t.Run(kind, func(t *testing.T) {
			fault, ok := faultOf(kind)
			require.True(t, ok)
			on(t, func(t *testing.T, bed Bed) { t.Helper(); Refused(t, bed, fault, reason) })
		})
	}
	return able
}

// Refused asserts that preflight turns a fault away with that reason alone, and
// that the node is as before, with nothing of it.
func Refused(t *testing.T, bed Bed, fault faults.Fault, reason string) {
	before := bed.fingerprint(t, fault)
	var failed *faults.PreflightError
	require.ErrorAs(t, bed.NewRun("run-refused", "ann@desk").Injection(t, fault).Preflight(t.Context()), &failed)
	t.Log(failed)
	require.Len(t, failed.Targets, 1)
	require.Len(t, failed.Targets[0].Problems, 1)
	require.ErrorContains(t, failed, reason)
	require.False(t, bed.Changed(t, bed))
	require.Equal(t, before.Stdout, bed.fingerprint(t, fault).Stdout)
	bed.Clean(t)
}
