package faulttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// HealedByItself strikes a service with a fault after which what runs it starts it
// again: that is the cloud's own healing, and the record says so.
func HealedByItself(t *testing.T, bed Bed, kill faults.Fault) {
	t.Helper()
	before := bed.Fingerprint(t, kill)
	run := bed.NewRun("run-heals", "ann@desk")
	i := run.Struck(t, kill)
	require.NotEmpty(t, run.Journal.Target(t, record.Held).Effect)
	holding, let := context.WithCancel(t.Context())
	hold := make(chan error, 1)
	go func() { hold <- i.Hold(holding, time.Minute) }()
	Eventually(t, 15*time.Second, "it is started again", func() bool { return i.Gone(t.Context()) })
	let()
	require.NoError(t, <-hold)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	require.Equal(t, "cloud", run.Journal.Target(t, record.SelfHealed).By)
	require.Equal(t, before, bed.Fingerprint(t, kill))
	bed.Clean(t)
}
