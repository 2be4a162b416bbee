package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
)

func TestARunRefusesToBeginBesideAForeignFault(t *testing.T) {
	for name, c := range map[string]struct {
		left, owner, says, saysNot string
	}{
		"its run has lost the claim": {left: "fault /run/eris/0a0a0a0a-other-1-1 undoing\n", says: "ctl-3: fault 0a0a0a0a-other-1-1: undoing in /run/eris/0a0a0a0a-other-1-1 is still there"},
		"its run has the claim": {
			left: "fault /run/eris/0a0a0a0a-other-1-1 held\n", owner: "run-0 9000 ann@desk",
			says: "in use by ann@desk", saysNot: "eris heal",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, scenarios.Spec{}, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
				s.nodes.left, s.nodes.owner = map[string]string{"ctl-3": c.left}, c.owner
				_, err := s.prepare(t.Context(), func(error) {})
				var veto *Veto
				require.ErrorAs(t, err, &veto)
				require.ErrorContains(t, err, c.says)
				if c.saysNot != "" {
					require.NotContains(t, err.Error(), c.saysNot)
				}
			})
		})
	}
}
