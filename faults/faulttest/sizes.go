package faulttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// inNumbers holds that each size that was asked for and can be seen is found in the words
// of the probe, which are the kind's own and on which it depends.
func inNumbers(t testing.TB, fault faults.Fault, held record.TargetEvent) {
	t.Helper()
	said := map[string]record.Size{}
	for _, size := range held.Sizes {
		said[size.Name] = size
	}
	for _, size := range faults.Sizes(fault) {
		if size.Asked == nil || size.Seen == "" {
			continue
		}
		require.Contains(t, said, size.Name, "its probe says no such number: %s", held.Effect)
		require.Equal(t, size.Unit, said[size.Name].Unit)
		t.Logf("%s: asked %g, observed %g %s", size.Name, *size.Asked, said[size.Name].Value, size.Unit)
	}
}
