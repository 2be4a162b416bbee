package main

import (
	"os"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// secrets are what this program alone has from its environment, by the variables' names:
// the token of a database, passwords of the loads. They are taken out of it before
// anything is started, so that no program that Eris starts (a load, virsh, Rally, who
// keeps a fault) has them, however it is started.
type secrets map[string]string

// take takes variables out of the environment; one that is not there stays away.
func (s secrets) take(names ...string) error {
	for _, name := range names {
		value, is := os.LookupEnv(name)
		if !is {
			continue
		}
		s[name] = value
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	return nil
}

// variable is what os.LookupEnv was before anything was taken.
func (s secrets) variable(name string) (string, bool) {
	if value, is := s[name]; is {
		return value, true
	}
	return os.LookupEnv(name)
}

// secretsOf are the variables in which the workloads of a plan have secrets.
func secretsOf(plan *scenarios.Plan) (names []string) {
	add := func(w loadgen.Workload) {
		if has, is := w.(loadgen.Secretive); is {
			names = append(names, has.Secrets()...)
		}
	}
	for _, l := range plan.Spec.Loads {
		add(l.Workload)
	}
	for _, c := range plan.Spec.SteadyState {
		add(c.Workload)
	}
	return names
}
