package workloads_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
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

// What logs in says which role it needs.
func TestWhatLogsInSaysItsRole(t *testing.T) {
	all := workloads.All()
	for _, name := range all.Names() {
		kind, _ := all.Lookup(name)
		authorized, logsIn := kind.New().(loadgen.Authorized)
		service, _, _ := strings.Cut(name, ".")
		require.Equal(t, !slices.Contains([]string{"dns", "exec", "http", "icmp", "rabbitmq", "ssh", "tcp", "udp"}, service), logsIn, name)
		if logsIn {
			require.Contains(t, []string{"", "reader", "member", "admin"}, authorized.Role(), name)
		}
	}
}
