package acceptance

import (
	"iter"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	faultkinds "github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/engine"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// library is the scenario that is run again and again, in its small form.
const library = "keystone-max-loss"

// TestTwentyRunsOneVerdict runs it 20 times, four at a time, each on an
// embedded cloud of its own. A run that says of itself that this machine did
// not send its load on time has no verdict on the cloud and is run again, alone.
func TestTwentyRunsOneVerdict(t *testing.T) {
	t.Parallel()
	var waiting sync.WaitGroup
	four := make(chan struct{}, 4)
	runs := make([]*program, 20)
	for i := range runs {
		four <- struct{}{}
		runs[i] = start(t, "run", library, "--small", "--plain")
		waiting.Go(func() {
			<-runs[i].over
			<-four
		})
	}
	waiting.Wait()
	for _, run := range runs {
		for tries := 0; tries < 3 && late(result(t, run.record(t))); tries++ {
			run.leavesNothing(t)
			run = eris(t, "run", library, "--small", "--plain")
		}
		require.Zero(t, run.exit(t), "%s%s", run.stdout.String(), run.stderr())
		told := result(t, run.record(t))
		require.Equal(t, kpi.Pass, told.Verdict)
		require.Equal(t, "undone", told.Faults[0].State)
		require.Empty(t, told.Residue)
		run.leavesNothing(t)
	}
}

// late tells whether a run has no verdict, and one of its loads was sent late.
func late(told kpi.Result) bool {
	return told.Verdict == kpi.Unknown && slices.ContainsFunc(told.Loads, func(l kpi.Load) bool {
		return slices.ContainsFunc(told.Quality, func(q kpi.Quality) bool {
			return q.Assumption == kpi.SentOnTime(l.Name) && q.Verdict != kpi.Pass
		})
	})
}

func TestARunThatIsSentLateIsKnown(t *testing.T) {
	t.Parallel()
	for by, want := range map[time.Duration]bool{0: false, 200 * time.Millisecond: true} {
		rec := example.Passing()
		sent := rec.Samples
		rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
			return func(yield func(record.Sample, error) bool) {
				for s, err := range sent(load) {
					s.Started, s.End = s.Started+by, s.End+by
					if !yield(s, err) {
						return
					}
				}
			}
		}
		require.Equal(t, want, late(kpi.Compute(rec, kpi.Settings{}).Result), "%v", by)
	}
}

// TestRunLeavesNoGoroutine is the same run within this program, whose
// goroutines and timers can be counted.
func TestRunLeavesNoGoroutine(t *testing.T) {
	already := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, already) }) // after the cloud has been closed
	cloud := simulated(t, simcloud.Options{Seed: 13})
	loaded, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	catalogue := &scenarios.Catalogue{
		Faults: &document.Kinds[faults.Fault]{}, Workloads: workloads.All(),
		Collectors: collectors.Catalogue(), Objectives: kpi.Functions(),
	}
	faultkinds.Fill(catalogue.Faults)
	file, source, err := scenarios.Open(library)
	require.NoError(t, err)
	spec, err := scenarios.Read(file, source, scenarios.Options{Catalogue: catalogue, Cloud: loaded, Small: true})
	require.NoError(t, err)
	plan, err := scenarios.BuildPlan(spec, loaded, scenarios.PlanOptions{Seed: 13})
	require.NoError(t, err)

	pool, err := remote.NewPool(loaded, remote.Options{})
	require.NoError(t, err)
	clock := record.NewClock()
	rec, err := record.Create(t.TempDir(), record.Meta{Scenario: plan.Scenario, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, rec.Event(record.Event{Started: &record.RunStarted{Run: rec.ID()}}))
	run := engine.New(engine.Config{
		Plan: plan, Nodes: pool, Record: rec, Clock: clock, Owner: "a test",
		Env: loadgen.Env{Clouds: loaded.OpenStack.File, Cloud: loaded.OpenStack.Cloud},
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, run.Execute(t.Context()))
	require.NoError(t, rec.Close())
	require.NoError(t, pool.Close())
}
