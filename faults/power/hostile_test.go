package power_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
)

// A controller that dies between off and on keeps the power away; whoever is to give
// it back says so, and goes on asking until it answers.
func TestAControllerThatDiesBetweenOffAndOnIsAskedUntilItAnswers(t *testing.T) {
	t.Parallel()
	bed, _, cloud := simBed(t)
	run := bed.NewRun("run-dies", "ann@desk")
	run.Lease = faulttest.MaxLease
	i := run.Struck(t, &power.Cycle{OffFor: 10 * time.Second}) // it is dead before that is over
	require.NoError(t, cloud.CutPower("ctl-2", true))
	id := i.Targets()[0].Target.ID
	faulttest.Eventually(t, run.Lease+40*time.Second, "it is told that the power could not be given back", func() bool {
		return strings.Contains(bed.Told(t, id), " undo-failed ")
	})
	require.NotContains(t, bed.Told(t, id), " undone ")
	require.False(t, cloud.Node("ctl-2").On())
	require.NoError(t, cloud.CutPower("ctl-2", false))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.False(t, bed.Changed(t, bed))
	bed.Clean(t)
}

// A controller that gives no answer while the node is off is no healing, and what is
// then given back by its keeper is an undo.
func TestAControllerThatGivesNoAnswerIsNoHealing(t *testing.T) {
	t.Parallel()
	bed, _, cloud := simBed(t)
	run := bed.NewRun("run-silent", "ann@desk")
	run.Lease = faulttest.MaxLease
	i := run.Struck(t, &power.Off{})
	require.NoError(t, cloud.CutPower("ctl-2", true))
	require.False(t, i.Gone(t.Context()), "silence is no healing")
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	id := i.Targets()[0].Target.ID
	faulttest.Eventually(t, run.Lease+40*time.Second, "its undo is under way", func() bool {
		return strings.Contains(bed.Told(t, id), " undo-failed ")
	})
	require.False(t, cloud.Node("ctl-2").On())
	require.NoError(t, cloud.CutPower("ctl-2", false))
	require.NoError(t, <-undone)
	require.Equal(t, record.Undone, i.State(), "which is no healing by the cloud")
	bed.Clean(t)
}

// That a controller says on is no proof that the node is: only its boot is.
func TestAControllerThatSaysOnOfANodeThatStaysOffProvesNothing(t *testing.T) {
	t.Parallel()
	bed, service := redfishBed(t)
	on, start, says := service.Machine.On, service.Machine.PowerOn, atomic.Bool{}
	service.Machine.On = func() bool { return says.Load() || on() }
	service.Machine.PowerOn = func() error { says.Store(true); return nil } // and nothing else
	run := bed.LongRun("run-says-on", "ann@desk")                           // no other attempt: none ends as long as its power lies
	i := run.Struck(t, &power.Off{})
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	faulttest.Eventually(t, time.Minute, "its keeper has all that it can ask for", func() bool {
		return strings.Contains(bed.Told(t, i.Targets()[0].Target.ID), " verified ")
	})
	select {
	case err := <-undone:
		require.Fail(t, "it counts as undone, and the node is off", "%v", err)
	case <-time.After(3 * time.Second):
	}
	require.NoError(t, start())
	require.NoError(t, <-undone)
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}

// Two engines of one user share a keeper's folder: the second is refused while the
// first holds the node, in preflight and, where that came before, when it arms.
func TestTwoEnginesDoNotShareANodesPower(t *testing.T) {
	t.Parallel()
	for _, kind := range power.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			bed, _, _ := simBed(t)
			second := bed.NewRun("run-second", "bob@desk").Injection(t, kind.New())
			require.NoError(t, second.Preflight(t.Context()))
			run := bed.LongRun("run-first", "ann@desk")
			first := run.Armed(t, kind.New())
			require.ErrorContains(t, second.Arm(t.Context()), "is taken by the fault "+first.Targets()[0].Target.ID)
			var failed *faults.PreflightError
			require.ErrorAs(t, bed.NewRun("run-third", "eve@desk").Injection(t, &power.Off{}).Preflight(t.Context()), &failed)
			require.ErrorContains(t, failed, "a power fault of another run is still here")
			require.NoError(t, second.Undo(t.Context(), "engine", ""))
			require.NoError(t, first.Fire(t.Context(), faulttest.Admit))
			require.NoError(t, first.Undo(t.Context(), "engine", ""))
			bed.Clean(t)
		})
	}
}
