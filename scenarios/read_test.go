package scenarios_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

func readFile(t *testing.T, options scenarios.Options) *scenarios.Spec {
	t.Helper()
	source, err := os.ReadFile("testdata/full.yaml")
	require.NoError(t, err)
	return read(t, string(source), options)
}

func read(t testing.TB, source string, options scenarios.Options) *scenarios.Spec {
	t.Helper()
	if options.Catalogue == nil {
		options.Catalogue = catalogue()
	}
	spec, err := scenarios.Read("full.yaml", []byte(source), options)
	require.NoError(t, err)
	return spec
}

func TestReadsEverything(t *testing.T) {
	spec := readFile(t, scenarios.Options{Cloud: cloud(3, "")})
	require.Equal(t, "keystone-max-loss", spec.Name)
	require.True(t, spec.Breach)
	require.Len(t, spec.Digest, 64)
	require.Equal(t, 80*time.Second, spec.Phases.Total())
	require.Empty(t, spec.Warnings)

	require.Len(t, spec.SteadyState, 2)
	require.Equal(t, "keystone.issue_token within 2s", spec.SteadyState[0].Expression)
	require.NotNil(t, spec.SteadyState[0].Workload)
	require.NotNil(t, spec.SteadyState[1].Condition)

	tokens, boots := spec.Loads[0], spec.Loads[1]
	require.InDelta(t, 10, float64(tokens.Spec.Arrivals.Rate), 1e-9)
	require.Equal(t, loadgen.Poisson, tokens.Spec.Arrivals.Process)
	require.Equal(t, 4, boots.Spec.Concurrency)
	require.Equal(t, 100*time.Millisecond, boots.Spec.Think)
	require.Equal(t, &fakeWorkload{Flavor: "tiny", Wait: 3 * time.Second}, boots.Workload)
	require.Equal(t, 500*time.Millisecond, spec.Collectors[0].Every)
	require.Equal(t, time.Second, spec.Collectors[1].Every)

	kill, stop, last := spec.Faults[0], spec.FaultByName("then-memcached"), spec.FaultByName("at-last")
	require.True(t, kill.Target.Count.V.Max())
	require.Equal(t, inventory.Selector{Service: "keystone"}, kill.Target.Selector)
	require.Equal(t, `when signal("sockets.established", "ctl-1") > 5 for 1s, within 5s of chaos, otherwise fire`, kill.Start.String())
	require.Equal(t, 10*time.Second, kill.Hold)
	require.Equal(t, "INT", stop.Fault.(*fakeFault).Signal)
	require.Equal(t, "2s after lose-keystone is undone", stop.Start.String())
	require.Equal(t, "4s into chaos", last.Start.String())
	require.Equal(t, 30*time.Second, spec.Stop[0].For)
	require.Len(t, spec.Objectives, 2)
}

func TestTheSmallFormReplacesWhatItNames(t *testing.T) {
	spec := readFile(t, scenarios.Options{Small: true})
	require.True(t, spec.Small)
	require.Equal(t, 8500*time.Millisecond, spec.Phases.Total())
	require.Nil(t, spec.Loads[0].Spec.Arrivals)
	require.Equal(t, 2, spec.Loads[0].Spec.Concurrency)
	require.Equal(t, "0s into chaos", spec.Faults[0].Start.String())
	require.Equal(t, time.Second, spec.Faults[0].Hold)
	require.Equal(t, "500ms after lose-keystone is undone", spec.Faults[1].Start.String())
	require.Equal(t, `when in_flight("tokens") > 1 for 100ms, within 3s of chaos, otherwise skip`, spec.Faults[2].Start.String())
	require.Equal(t, 100*time.Millisecond, spec.Faults[2].Start.For)
	require.Len(t, spec.Objectives, 1)
}

func TestWithoutACloudNamesStayOpen(t *testing.T) {
	spec := read(t, "version: eris/v1\nname: x\nphases: {chaos: 5s}\nstop_when: none\nfaults: {a: {fault: service.kill, target: {service: anything, count: 9}, hold: 5s}}", scenarios.Options{})
	require.Equal(t, "9", spec.Faults[0].Target.Count.V.String())
	require.Len(t, spec.Warnings, 1)
	require.Contains(t, spec.Warnings[0].Message, "nothing stops this run early")
	require.Equal(t, "stop_when: {none: REASON} says why", spec.Warnings[0].Hint)
}

func TestUntilStoppedNeedsNoEnd(t *testing.T) {
	spec := read(t, "version: eris/v1\nname: x\nphases: {until: stopped}\nstop_when: {none: a soak}\nfaults: {a: {fault: service.kill, target: {service: x}, start: {at: 9h}, hold: 5s}}", scenarios.Options{})
	require.True(t, spec.Phases.UntilStopped)
	require.Equal(t, "a soak", spec.NoStop)
	require.Empty(t, spec.Warnings)
}

func TestUntilLoadsEndedHasALongestTime(t *testing.T) {
	const rest = "\nstop_when: {none: a batch}\nloads: {a: {workload: keystone.issue_token, concurrency: 1, iterations: 3, start: {phase: chaos}}}"
	spec := read(t, "version: eris/v1\nname: x\nphases: {chaos: 5m, until: loads_ended}"+rest, scenarios.Options{})
	require.True(t, spec.Phases.UntilLoadsEnded)
	require.Contains(t, spec.Phases.String(), "chaos until all loads have ended, at most 5m0s")
	_, err := scenarios.Read("x", []byte("version: eris/v1\nname: x\nphases: {until: loads_ended}"+rest), scenarios.Options{Catalogue: catalogue()})
	require.ErrorContains(t, err, "x:3:10: phases: chaos is missing, the longest that is waited for the loads")
}

func TestCounts(t *testing.T) {
	for text, want := range map[string][5]int{ // of 1, 2, 3, 4, 5 candidates
		"2": {2, 2, 2, 2, 2}, "all": {1, 2, 3, 4, 5}, "minority": {0, 0, 1, 1, 2}, "majority": {1, 2, 2, 3, 3},
		"50%": {1, 1, 1, 2, 2}, "100%": {1, 2, 3, 4, 5}, "67%": {1, 1, 2, 2, 3},
	} {
		var c scenarios.Count
		require.NoError(t, c.UnmarshalText([]byte(text)))
		for i, n := range want {
			require.Equal(t, n, c.Of(i+1), "%s of %d", text, i+1)
		}
	}
	require.Equal(t, 1, scenarios.Count{}.Of(3))
	for _, text := range []string{"0", "-1", "0%", "101%", "few", "", "1.5"} {
		var c scenarios.Count
		require.Error(t, c.UnmarshalText([]byte(text)), text)
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"testdata/full.yaml", "testdata/problems/issue.yaml", "testdata/problems/triggers.yaml", "testdata/problems/loads.yaml", "testdata/problems/small-form.yaml"} {
		source, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(source)
	}
	kinds, demo := catalogue(), cloud(3, "")
	f.Fuzz(func(t *testing.T, source []byte) {
		for _, options := range []scenarios.Options{{Catalogue: kinds}, {Catalogue: kinds, Cloud: demo, Small: true}} {
			spec, err := scenarios.Read("fuzz.yaml", source, options)
			if err != nil {
				require.NotEmpty(t, err.Error())
				continue
			}
			for _, fault := range spec.Faults {
				require.Positive(t, fault.Hold)
				require.NotNil(t, fault.Fault)
			}
		}
	})
}

// signalsOnly is a collector that nothing can run.
type signalsOnly struct{}

func (*signalsOnly) Signals() []collectors.SignalInfo { return nil }

func TestACollectorThatCannotRunIsAProblemOfTheFile(t *testing.T) {
	c := catalogue()
	c.Collectors.Add(document.Kind[collectors.Collector]{Name: "api", New: func() collectors.Collector { return &signalsOnly{} }})
	source, err := os.ReadFile("testdata/full.yaml")
	require.NoError(t, err)
	text := strings.Replace(string(source), "kind: sockets", "kind: api", 1)
	require.NotEqual(t, string(source), text)
	_, err = scenarios.Read("full.yaml", []byte(text), scenarios.Options{Catalogue: c})
	require.ErrorContains(t, err, "it has neither a loop for a node")
}

// That an objective is major is what is so anyway, and nothing that is said of it.
func TestWhatIsSaidOfObjectives(t *testing.T) {
	const text = `version: eris/v1
name: x
phases: {chaos: 10s}
loads: {tokens: {workload: keystone.issue_token, arrivals: {rate: 10/s}}}
stop_when: {none: "it is short"}
objectives:
  - {objective: 'p90("tokens") <= 1s', severity: major}
  - {objective: 'p90("tokens") <= 2s', severity: major, owner: storage}
  - {objective: 'p90("tokens") <= 3s', severity: minor}
`
	spec, err := scenarios.Read("x", []byte(text), scenarios.Options{Catalogue: catalogue()})
	require.NoError(t, err)
	require.Equal(t, map[string]record.Judged{`p90("tokens") <= 2s`: {Owner: "storage"}, `p90("tokens") <= 3s`: {Severity: scenarios.Minor}}, spec.Judged)
}
