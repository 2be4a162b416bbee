package service

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// runtime is what runs a service, and how each of the family's verbs is done
// there. A verb that is missing cannot be done there.
type runtime struct {
	name        func(faults.Target) (string, error) // of what is struck, fit for scripts and a resource's key
	own         func(faults.Target) []string        // further arguments of every step, before the fault's; may be nil
	tools       []string
	preflight   string // sets `wrong`, says why, and does not exit when all is well
	fingerprint string
	healthy     string // what the runtime says; the service's own probe follows
	verbs       map[string]steps
}

// steps are what a verb adds to what its runtime asks for all of them.
type steps struct {
	tools       []string
	preflight   string
	fingerprint string
	prepare     string
	inject      string
	observe     string
	undo        string
}

// runtimeOf returns what runs services of that sort.
func runtimeOf(kind inventory.RuntimeKind) (runtime, bool) {
	all := map[inventory.RuntimeKind]func() runtime{
		inventory.Unit:      unit,
		inventory.Container: container,
		inventory.Process:   process,
		inventory.Pacemaker: pacemaker,
	}
	make, known := all[kind]
	if !known {
		return runtime{}, false
	}
	return make(), true
}

// strike are the steps of a verb on a target, whatever runs it. Every step's
// arguments are the name, the fault's id, what the runtime adds, and the fault's own.
func strike(target faults.Target, verb string, own ...string) (faults.Scripts, error) {
	if target.Service == nil {
		return faults.Scripts{}, fmt.Errorf("choose runtime: %s is a whole node, and this fault strikes a service", target.Ref())
	}
	kind, called := target.Service.Runtime.Kind, target.Service.Runtime.Name
	r, known := runtimeOf(kind)
	if !known {
		return faults.Scripts{}, fmt.Errorf("choose runtime: %s runs as %s %q, which this fault does not support yet", target.Service.Name, kind, called)
	}
	name, err := r.name(target)
	if err != nil {
		return faults.Scripts{}, err
	}
	do, can := r.verbs[verb]
	if !can {
		return faults.Scripts{}, fmt.Errorf("choose runtime: %s runs as %s %q: service.%s is not for that, only service.%s", target.Service.Name, kind, called,
			verb, strings.Join(slices.Sorted(maps.Keys(r.verbs)), ", service."))
	}
	args := []string{name, target.ID}
	if r.own != nil {
		args = append(args, r.own(target)...)
	}
	return faults.Scripts{
		Args:        append(args, own...),
		Tools:       slices.Concat(r.tools, do.tools, inventory.ProbeTools(target.Service)),
		Preflight:   r.preflight + do.preflight + "exit $wrong\n",
		Fingerprint: r.fingerprint + do.fingerprint,
		Prepare:     do.prepare,
		Inject:      do.inject,
		Observe:     do.observe,
		Undo:        do.undo,
		Healthy:     r.healthy + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{string(kind) + ":" + name},
	}, nil
}
