package conditions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/conditions"
)

// An objective that no cloud can keep, or break, is a slip of who wrote it.
func TestAnObjectiveThatCannotBeMeantIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	functions := []conditions.Function{
		{Name: "availability", Unit: conditions.Ratio, OfRuns: true, Params: []conditions.Param{{Name: "load", Kind: conditions.LoadName, Any: true}}},
		{Name: "p99", Unit: conditions.Seconds, OfRuns: true, Params: []conditions.Param{{Name: "load", Kind: conditions.LoadName}, {Name: "phase", Kind: conditions.PhaseName, Optional: true}}},
		{Name: "difference", Unit: conditions.Seconds, Signed: true},
	}
	for source, want := range map[string]struct {
		offset  int
		message string
	}{
		`availability("tokens") >= 150%`:                   {26, "availability is never more than 100%"},
		`150% <= availability("tokens")`:                   {0, "availability is never more than 100%"},
		`availability("tokens") >= -1%`:                    {26, "availability is never below zero"},
		`p99("tokens") <= -3s`:                             {17, "p99 is never below zero"},
		`p99("tokens") <= 1s - 4s`:                         {17, "p99 is never below zero"},
		`availability("tokens") >= availability('tokens')`: {26, "both sides are the same"},
		`p99("tokens","chaos") <= p99("tokens", "chaos")`:  {25, "both sides are the same"},

		`availability("tokens") >= 100%`:                                 {},
		`availability("tokens") >= 0%`:                                   {},
		`difference() >= -3s`:                                            {},
		`p99("tokens") - p99("tokens", "baseline") >= -3s`:               {},
		`p99("tokens") <= 1.2 * p99("tokens", "baseline")`:               {},
		`2 * availability("tokens") >= 150%`:                             {},
		`availability("tokens") >= run("latest").availability("tokens")`: {},
		`availability("tokens") >= availability("images")`:               {},
	} {
		c, err := conditions.CompileComparison(source, functions)
		require.NoError(t, err, source)
		if err = c.Meant(); want.message == "" {
			require.NoError(t, err, source)
			continue
		}
		var problem *conditions.Error
		require.ErrorAs(t, err, &problem, source)
		require.Equal(t, want.message, problem.Message, source)
		require.Equal(t, want.offset, problem.Offset, source)
	}
}
