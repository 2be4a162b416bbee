package scenarios_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

const shapes = `version: eris/v1
name: shapes
phases: {warmup: 1s, baseline: 5s, chaos: 200s, recovery: 20s}
stop_when: {none: a test}
loads:
  flat: {workload: keystone.issue_token, arrivals: {rate: 10/s, phases: {warmup: 1/s, chaos: 50/s, recovery: none}}}
  ramp: {workload: keystone.issue_token, arrivals: {ramp: {to: 90/min, over: 1m}, process: poisson}}
  steps: {workload: keystone.issue_token, arrivals: {steps: [{rate: 5/s, for: 10s}, {rate: none, for: 5s}, {rate: 9/s}]}}
  sine: {workload: keystone.issue_token, arrivals: {sine: {mean: 20/s, swing: 5/s, period: 1m}}}
  trace: {workload: keystone.issue_token, arrivals: {trace: {file: monday.trace}}}
  batch: {workload: keystone.issue_token, concurrency: 2, think: 1s, iterations: 100}
small:
  loads: {flat: {arrivals: {steps: [{rate: 1/s}]}}}
`

func TestShapesOfLoads(t *testing.T) {
	source := []byte(shapes)
	options := scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")}
	spec, err := scenarios.Read("testdata/shapes.yaml", source, options)
	require.NoError(t, err)
	p, err := scenarios.BuildPlan(spec, options.Cloud, scenarios.PlanOptions{})
	require.NoError(t, err)
	printed, _ := text(t, p)
	require.Contains(t, printed, `
loads         flat: keystone.issue_token, open model, 10/s, 1/s in warmup, 50/s in chaos, none in recovery, constant
              ramp: keystone.issue_token, open model, from none to 1.5/s over 1m0s, poisson
              steps: keystone.issue_token, open model, 5/s for 10s, then none for 5s, then 9/s, constant
              sine: keystone.issue_token, open model, 20/s up and down by 5/s every 1m0s, constant
              trace: keystone.issue_token, open model, the trace monday.trace, 4 arrivals in 1.5s
                monday.trace, sha256 `+p.Loads[4].Files["monday.trace"]+`
              batch: keystone.issue_token, closed model, 2 workers, 1s of thinking, 100 iterations
`)
	rate, own := spec.Loads[0].Spec.Arrivals.In("baseline")
	require.True(t, own)
	require.Equal(t, loadgen.Rate(10), rate, "its rate where the phase has none")
	schedule := loadgen.NewSchedule(*spec.Loads[4].Spec.Arrivals, 1)
	for _, want := range []time.Duration{0, 200, 200, 1500} {
		at, ok := schedule.Next()
		require.True(t, ok)
		require.Equal(t, want*time.Millisecond, at)
	}

	options.Small = true
	spec, err = scenarios.Read("testdata/shapes.yaml", source, options)
	require.NoError(t, err)
	require.Equal(t, "1/s, constant", spec.Loads[0].Spec.Arrivals.String(), "another shape replaces it, its phases too")
}

func TestWhatBecomesOfALoad(t *testing.T) {
	p, err := build(t, withFaults("",
		`a: {fault: service.kill, target: {service: keystone}, hold: 2s}`,
		"\nloads:",
		`up:
      workload: keystone.issue_token
      arrivals: {ramp: {to: 50/s, over: 1m}}
      start: {phase: baseline, delay: 1s}
      changes:
        - {rate: hold, when: 'p99("up", "20s") > 1s', for: 2s}
        - {rate: 5/s, after: a.undone, delay: 3s, when: 'in_flight("up") > 2', within: 9s, otherwise: fire}
        - {rate: none, at: 90s}
      end: {iteration: {load: up, n: 5000}, within: 20s}`), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{
		"starts 1s into baseline",
		`holds its rate, when p99("up", "20s") > 1s for 2s, within 3m20s of chaos, otherwise skip`,
		`goes on with 5/s, 3s after a is undone, then when in_flight("up") > 2, within 9s of it, otherwise fire`,
		"goes on with none, 1m30s into chaos",
		`ends when iterations("up") >= 5000, within 20s of chaos, otherwise skip`,
	}, p.Loads[0].When)
	printed, _ := text(t, p)
	require.Contains(t, printed, "\n                starts 1s into baseline\n")
}

func TestAShareOfTheMaximumIsPlanned(t *testing.T) {
	p, err := build(t, withFaults("",
		`a: {fault: service.kill, target: {service: keystone}, hold: 2s}`,
		"\nloads:",
		`x: {workload: keystone.issue_token, arrivals: {rate: 60% of max, phases: {chaos: 120 % of max}, max: {p99: 300ms, each: 2s}}}`,
		`y: {workload: keystone.issue_token, arrivals: {rate: 5/s}, changes: [{rate: 50% of max, phase: chaos}]}`,
	), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, "60% of max, 120% of max in chaos, constant", p.Loads[0].Amount)
	require.Equal(t, []string{"its maximum is searched before the warm-up, which overloads the cloud on purpose: 10/s is offered for 2s and doubled up to 10000/s, then in between, and the result for three times as long; borne is a p99 of 300ms with 99% of successes and nothing dropped; no trial begins after 3m0s"}, p.Loads[0].When)
	require.Len(t, p.Loads[1].When, 2)
	require.Contains(t, p.Warnings, "the maxima of 2 loads are searched one by one, each alone: what they ask of one service adds up")
	resolved := p.Spec.Loads[1].Resolve(80)
	require.Equal(t, loadgen.Rate(40), resolved.Changes[0].Rate)
	require.True(t, p.Spec.Loads[1].OfMax(), "itself is not touched")
}

func TestTwoRatesForOneMomentAreRefused(t *testing.T) {
	for _, load := range []string{
		`{workload: keystone.issue_token, arrivals: {rate: 1/s}, changes: [{rate: 5/s, at: 1s}, {rate: 7/s, at: 1s}]}`,
		`{workload: keystone.issue_token, arrivals: {rate: 1/s, phases: {chaos: 50/s}}, changes: [{rate: 7/s, phase: chaos}]}`,
	} {
		_, err := scenarios.Read("x.yaml", []byte(withFaults("", `a: {fault: service.kill, target: {service: keystone}, hold: 2s}`, "\nloads:", "x: "+load)),
			scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")})
		require.ErrorContains(t, err, "there are two rates for one moment", load)
	}
}

func TestARepetitionWantsTheSameTrace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "monday.trace")
	require.NoError(t, os.WriteFile(file, []byte("1s\n"), 0o600))
	options := scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")}
	plan := func(earlier *scenarios.Plan) (*scenarios.Plan, error) {
		spec, err := scenarios.Read(filepath.Join(dir, "shapes.yaml"), []byte(shapes), options)
		require.NoError(t, err)
		return scenarios.BuildPlan(spec, options.Cloud, scenarios.PlanOptions{Replay: earlier})
	}
	first, err := plan(nil)
	require.NoError(t, err)
	_, err = plan(first)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte("2s\n"), 0o600))
	_, err = plan(first)
	require.ErrorContains(t, err, "trace: monday.trace is not what the plan that is to be repeated had: its sha256 was ")
}
