package faulttest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

// claimLease is of the claim of an engine that is killed: it outlives renewals that a
// busy machine lets wait.
const claimLease = 3 * Lease

// reclaimed waits until the claim on the bed's node was renewed.
func reclaimed(t *testing.T, bed Bed) {
	t.Helper()
	until := func() string { return bed.Shell(t, "cut -d ' ' -f 2 /run/eris/run 2>/dev/null; true") }
	first := ""
	Eventually(t, claimLease, "the node is claimed", func() bool {
		first = until()
		return first != ""
	})
	Eventually(t, claimLease, "the claim is renewed", func() bool {
		now := until()
		return now != "" && now != first
	})
}

// freed waits until a killed engine's claim has ended with its lease.
func freed(t *testing.T, bed Bed) {
	t.Helper()
	other := bed.NewRun("run-next", "bob@desk")
	Eventually(t, claimLease+10*time.Second, "the claim is free when its lease has ended", func() bool {
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
	// A claim is no error either where the node gives no answer. One that has let us in
	// would do so again.
	Eventually(t, 30*time.Second, "it is turned away", func() bool {
		return errors.As(other.Lifecycle.Claim(t.Context(), []string{bed.Node.Name}, Lease), &claimed)
	})
	require.Equal(t, "ann@desk", claimed.Owner)
}
