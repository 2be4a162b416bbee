package service_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	simssh "github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

func TestATargetThatCannotBeReachedIsNamedInPreflight(t *testing.T) {
	t.Parallel()
	other, otherFile := simBed(t) // another node: its host key and its user's key are not ours
	_ = other
	stranger, err := inventory.Load(otherFile)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		spoil func(node *inventory.Node)
		want  string
	}{
		"wrong host key": {func(n *inventory.Node) { n.Address = stranger.Nodes[0].Address }, "host key"},
		"key is refused": {func(n *inventory.Node) {
			n.SSH.Key = filepath.Join(t.TempDir(), "id")
			_, err := simssh.NewKeyFile(n.SSH.Key)
			require.NoError(t, err)
		}, "key refused by the node"},
		"node is off": {func(n *inventory.Node) { n.Address = faulttest.ClosedPort(t) }, "node is unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, file := simBed(t)
			cloud, err := inventory.Load(file)
			require.NoError(t, err)
			c.spoil(cloud.Nodes[0])
			spoilt := bed
			spoilt.Runner = faulttest.Pool(t, cloud)
			i := spoilt.NewRun("run-unreached", "ann@desk").Injection(t, &service.Stop{})
			var failed *faults.PreflightError
			require.ErrorAs(t, i.Preflight(t.Context()), &failed)
			require.Equal(t, "keystone@ctl-1", failed.Targets[0].Target.String())
			require.Len(t, failed.Targets[0].Problems, 1)
			require.ErrorContains(t, failed, c.want)
			require.ErrorIs(t, i.Arm(t.Context()), faults.ErrOrder)
			require.Equal(t, "0", bed.Shell(t, "ls -A /run/eris 2>/dev/null | wc -l"), "nothing was touched")
		})
	}
}
