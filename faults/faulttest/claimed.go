package faulttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

// freed waits until a killed engine's claim has ended with its lease.
func freed(t *testing.T, bed Bed) {
	t.Helper()
	other := bed.NewRun("run-next", "bob@desk")
	Eventually(t, Lease+10*time.Second, "the claim is free when its lease has ended", func() bool {
		return other.Lifecycle.Claim(t.Context(), []string{bed.Node.Name}, Lease) == nil
	})
	other.Lifecycle.Release(t.Context())
}

// refused asserts that a second run is turned away while the first lives,
// however long that is.
func refused(t *testing.T, bed Bed) {
	t.Helper()
	var claimed *faults.ClaimedError
	other := bed.NewRun("run-other", "bob@desk")
	require.ErrorAs(t, other.Lifecycle.Claim(t.Context(), []string{bed.Node.Name}, Lease), &claimed)
	require.Equal(t, "ann@desk", claimed.Owner)
}
