package workloads_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/workloads"
)

func TestEveryWorkloadIsDescribedAndNew(t *testing.T) {
	all := workloads.All()
	require.NotEmpty(t, all.Names())
	for _, name := range all.Names() {
		kind, ok := all.Lookup(name)
		require.True(t, ok)
		require.NotEmpty(t, kind.Summary)
		require.NotNil(t, kind.New())
	}
}
