package faults_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

type measured struct{ faults.Fault }

func (measured) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "loss", Unit: "ratio", Asked: new(0.3), Seen: `(\d+) of (?P<of>\d+) packets`},
		{Name: "delay", Unit: "seconds", Asked: new(0.1), Seen: `(\d+) ms`, Scale: 0.001},
		{Name: "corrupted", Unit: "ratio", Asked: new(0.5)},
		{Name: "gone", Unit: "connections", Seen: `^(\S+) gone`},
	}
}

// What an effect measures is told as numbers, and what the words do not say is not there.
func TestAnEffectIsToldInNumbers(t *testing.T) {
	require.Equal(t, []record.Size{{Name: "loss", Unit: "ratio", Value: 0.3}, {Name: "delay", Unit: "seconds", Value: 0.1}, {Name: "corrupted", Unit: "ratio", Value: 0.5}}, faults.Asked(measured{}))
	for line, want := range map[string][]record.Size{
		"31 of 100 packets dropped, an answer after 120 ms": {{Name: "loss", Unit: "ratio", Value: 0.31}, {Name: "delay", Unit: "seconds", Value: 0.12}},
		"0 of 0 packets dropped":                            nil,
		"it is there":                                       nil,
		"many gone":                                         nil,
		"7 gone":                                            {{Name: "gone", Unit: "connections", Value: 7}},
	} {
		require.InDeltaMapValues(t, values(want), values(faults.Observed(measured{}, line)), 1e-9, line)
	}
	require.Empty(t, faults.Asked(plain{}))
	require.Empty(t, faults.Observed(plain{}, "31 of 100 packets"))
}

type plain struct{ faults.Fault }

func values(sizes []record.Size) map[string]float64 {
	all := map[string]float64{}
	for _, s := range sizes {
		all[s.Name+" "+s.Unit] = s.Value
	}
	return all
}
