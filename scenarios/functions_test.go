package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/conditions"
)

// The functions over signals have one name each.
func TestExpressionsOverSignalsAreSignalRateAvgOverAndCountWhere(t *testing.T) {
	functions := LiveFunctions([]collectors.SignalInfo{
		{Name: "net.sent", Unit: "bytes", Labels: []string{"node"}, Kind: collectors.Counter},
		{Name: "service.healthy", Unit: "1", Labels: []string{"node", "service"}},
	})
	for _, source := range []string{
		`signal("service.healthy", {service: "keystone"}) > 0`,
		`rate("net.sent", 10s, "ctl-1") > 5MiB / 1s`,
		`avg_over("service.healthy", 10s, "ctl-1") < 1`,
		`count_where("service.healthy", {service: "keystone"}) == 3`,
		`arrival_rate("tokens", 10s) > 5`,
	} {
		_, err := conditions.Compile(source, functions, conditions.Condition)
		require.NoError(t, err, source)
	}
	names := map[string]bool{}
	for _, f := range functions {
		require.False(t, names[f.Name], "%s is there twice", f.Name)
		names[f.Name] = true
	}
	_, err := conditions.Compile(`rate_over("net.sent", 10s) > 5MiB / 1s`, functions, conditions.Condition)
	require.ErrorContains(t, err, "unknown function rate_over")
}
