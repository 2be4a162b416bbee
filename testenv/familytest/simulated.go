// Package familytest is what the tests of every family of faults do alike: they
// start clouds for their beds, and engines that are killed.
package familytest

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// atOnce is how many tests of a family run at once on simulated nodes: much of one is
// waiting for leases. More would end no sooner where a family has many kinds, since then
// processors are what they wait for, and each would be slower to arm.
const atOnce = "8"

// Main runs the tests of a family on simulated nodes, many at once, and returns
// the exit code.
func Main(m *testing.M) int {
	if err := flag.Set("test.parallel", atOnce); err != nil {
		panic(err)
	}
	return m.Run()
}

// Simulated is a bed on a simulated cloud of the test's own, with all that is up
// on it, and the cloud. bedOf makes it of the cloud's inventory.
func Simulated(t *testing.T, bedOf func(file string) faulttest.Bed) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	return SimulatedAs(t, simcloud.Options{Seed: 1}, bedOf)
}

// SimulatedAs is Simulated on a cloud that is made so.
func SimulatedAs(t *testing.T, options simcloud.Options, bedOf func(file string) faulttest.Bed) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	cloud, err := simcloud.Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	return faulttest.OnSimulated(t, bedOf(cloud.Inventory()), cloud), cloud
}
