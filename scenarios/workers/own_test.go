package workers

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

// secretive has its password in a variable.
type secretive struct{ idle }

func (*secretive) Secrets() []string { return []string{"RMQ"} }

// taken is an environment of which is told what was taken.
type taken struct{ names []string }

func (e *taken) Take(names ...string) error {
	e.names = append(e.names, names...)
	return nil
}

func (e *taken) Variable(name string) (string, bool) { return "word", slices.Contains(e.names, name) }

// What the loads of a worker have as secrets is taken out of its environment before any of
// them is opened, and is still there for them.
func TestAWorkerTakesWhatIsSecret(t *testing.T) {
	a, own := &Agent{Catalogue: catalogue()}, &taken{}
	a.Catalogue.Workloads.Add(document.Kind[loadgen.Workload]{Name: "secret.iterate", Summary: "nothing", New: func() loadgen.Workload { return &secretive{} }})
	a.Own = own
	spec := `version: eris/v1
name: secret
phases: {warmup: 1s, baseline: 1s, chaos: 1s, recovery: 1s}
loads:
  open: {workload: idle.iterate, arrivals: {rate: 1/s}}
  kept: {workload: secret.iterate, arrivals: {rate: 1/s}}
stop_when: {none: a test}
`
	require.NoError(t, a.prepare(t.Context(), order{File: "secret.yaml", Source: []byte(spec), Loads: []string{"open", "kept"}}))
	require.Equal(t, []string{"RMQ"}, own.names)
	word, is := a.env("kept", nil).Variable("RMQ")
	require.True(t, is)
	require.Equal(t, "word", word)
}
