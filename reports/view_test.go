package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
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
