package scenarios

import "github.com/openstack-eris/eris/loadgen"

// Secrets are the variables of the environment in which the workloads have secrets, those
// of the steady state's too.
func (s *Spec) Secrets() (names []string) {
	add := func(w loadgen.Workload) {
		if has, is := w.(loadgen.Secretive); is {
			names = append(names, has.Secrets()...)
		}
	}
	for _, l := range s.Loads {
		add(l.Workload)
	}
	for _, c := range s.SteadyState {
		add(c.Workload)
	}
	return names
}
