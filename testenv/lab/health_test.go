package lab

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSickServicesAreNamedByTheirUnits(t *testing.T) {
	r := keystoneRenderer(t)
	s := healthyStatus(r)
	require.Empty(t, s.sick(r.profile))
	s.Nodes[1].Services = []ServiceStatus{{Name: "keystone"}, {Name: "mariadb", Healthy: true}}
	s.Nodes[2].Services = []ServiceStatus{{Name: "mariadb"}}
	require.Equal(t, []unitsOn{{"ctl-2", []string{"keystone.service"}}, {"ctl-3", []string{"mariadb.service"}}}, s.sick(r.profile))
}

func TestBehindABackendAndTheAddressAreTheUnitsOfTheirRoles(t *testing.T) {
	r := keystoneRenderer(t)
	s := Status{Backends: []Backend{{Service: "keystone", Node: "ctl-2", State: "DOWN"}, {Service: "keystone", Node: "ctl-1", State: "UP"}}, Holders: []string{"ctl-1"}}
	require.Equal(t, []unitsOn{{"ctl-2", r.profile.parts["keystone"].Units}}, s.sick(r.profile))
	require.Len(t, (&Status{}).sick(r.profile), 3, "keepalived on each node, where nobody has the address")
}

func TestBehindAFactOrCheckAreTheUnitsOfItsRole(t *testing.T) {
	r := keystoneRenderer(t)
	for _, s := range []Status{
		{Holders: []string{"ctl-1"}, Wrong: []string{`mariadb.cluster on ctl-1 is "non-Primary", not Primary`}},
		{Holders: []string{"ctl-1"}, Checks: []CheckStatus{{Name: "mariadb.members", Wrong: []string{"two of three"}}}},
	} {
		var nodes []string
		for _, sick := range s.sick(r.profile) {
			nodes = append(nodes, sick.node)
			require.Equal(t, r.profile.parts["mariadb"].Units, sick.units)
		}
		require.Equal(t, []string{"ctl-1", "ctl-2", "ctl-3"}, nodes)
	}
}

func TestAFailureOnANodeShowsWhatTheNodeSaid(t *testing.T) {
	cause := errors.New("set up mariadb on ctl-2: start: exit status 1")
	err := error(&NodeError{Node: "ctl-2", Journal: "cannot bind\nstopped", Err: cause})
	require.ErrorIs(t, err, cause)
	require.EqualError(t, err, "set up mariadb on ctl-2: start: exit status 1\nthe last that ctl-2 says of it:\n  cannot bind\n  stopped")
	require.EqualError(t, &NodeError{Node: "ctl-2", Err: cause}, cause.Error())
}

func TestTheEndOfTheConsoleIsShown(t *testing.T) {
	p := paths{dir: t.TempDir()}
	require.Empty(t, console(p, "n"))
	require.NoError(t, os.MkdirAll(p.node("n"), 0o755))
	text := strings.Repeat("noise\n", 1000) + "Failed to mount\n"
	require.NoError(t, os.WriteFile(filepath.Join(p.node("n"), "console.log"), []byte(text), 0o600))
	shown := console(p, "n")
	require.True(t, strings.HasSuffix(shown, "noise\nFailed to mount"), shown)
	require.Less(t, len(shown), 4000)
}
