package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func TestFaultsAreLinkedByTheirWholeNames(t *testing.T) {
	faults := []kpi.Fault{{Name: "f1"}, {Name: "f10"}, {Name: "kill"}, {Name: ""}}
	require.Equal(t, []Text{
		{Text: "From "}, {"f10", "fault-f10"}, {Text: ", "}, {"f1", "fault-f1"}, {Text: " and kill-keystone."},
	}, linked("From f10, f1 and kill-keystone.", faults))
}

func TestCommandCanBePasted(t *testing.T) {
	require.Equal(t, `eris run 'my file.yaml' --override 'net=it'\''s fine' ''`, command([]string{"eris", "run", "my file.yaml", "--override", "net=it's fine", ""}))
}

// An objective belongs to the fault that it asks for, however it is written: not
// to whatever has the same name, nor to what it is compared with.
func TestAnObjectiveIsOfWhatItAsksFor(t *testing.T) {
	for expressions, want := range map[string]struct{ result, recovery string }{
		`time_to_recover("lose-keystone") <= 30s`:                             {"pass", "lose-keystone · objective ≤ 30 s · ✓ pass"},
		`time_to_recover('lose-keystone') <= 30s`:                             {"pass", "lose-keystone · objective ≤ 30 s · ✓ pass"},
		`30s >= time_to_recover( "lose-keystone" )`:                           {"pass", "lose-keystone · objective ≤ 30 s · ✓ pass"},
		`time_to_recover_after_undo("lose-keystone") <= 30s`:                  {"pass", "lose-keystone"},
		`time_to_detect("lose-keystone") <= time_to_recover("lose-keystone")`: {"pass", "lose-keystone"},
		`availability("lose-keystone") >= 90%`:                                {"no objective", "lose-keystone"},
		`time_to_recover("lose-keystone") <= 30s and not understood`:          {"no objective", "lose-keystone"},
	} {
		rec := example.Passing()
		rec.Meta.Objectives = []string{expressions}
		rec.Meta.Loads[0].Name = "lose-keystone" // a load may have a fault's name
		a := kpi.Compute(rec, kpi.Settings{})
		require.Equal(t, want.result, faultRows(a)[0].Result.Word, expressions)
		require.Equal(t, want.recovery, recoveryCard(a).Note, expressions)
		require.Equal(t, want.result != "no objective", promises(a)[0].Link != "", expressions)
	}
}
