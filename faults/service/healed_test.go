package service_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
)

// healedByItself kills a service that what runs it starts again: that is the
// cloud's own healing, and the record says so.
func healedByItself(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	kill := service.NewKill()
	kill.KeepDown = false
	before := bed.Fingerprint(t, kill)
	run := bed.NewRun("run-heals", "ann@desk")
	i := run.Struck(t, kill)
	require.NotEmpty(t, run.Journal.Target(t, record.Held).Effect)
	holding, let := context.WithCancel(t.Context())
	hold := make(chan error, 1)
	go func() { hold <- i.Hold(holding, time.Minute) }()
	faulttest.Eventually(t, 15*time.Second, "it is started again", func() bool { return i.Gone(t.Context()) })
	let()
	require.NoError(t, <-hold)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	require.Equal(t, "cloud", run.Journal.Target(t, record.SelfHealed).By)
	require.Equal(t, before, bed.Fingerprint(t, kill))
	bed.Clean(t)
}

// keptDown is not healed by anybody, however long it is looked at.
func keptDown(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	run := bed.NewRun("run-kept", "ann@desk")
	i := run.Struck(t, service.NewKill())
	for range 5 {
		require.False(t, i.Gone(t.Context()))
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}
