package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// healedByItself kills a service that what runs it starts again.
func healedByItself(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	faulttest.HealedByItself(t, bed, familytest.Killed())
}

// keptDown is not healed by anybody, however long it is looked at.
func keptDown(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	run := bed.LongRun("run-kept", "ann@desk")
	i := run.Struck(t, service.NewKill())
	for range 5 {
		require.False(t, i.Gone(t.Context()))
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}

// halts stands until heal, through a boot.
func halts(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	faulttest.Halts(t, bed, service.NewKill())
}
