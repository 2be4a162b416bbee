package openstack

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheOwnerOfANetworkIsToldByOldAndNewNeutrons(t *testing.T) {
	for text, want := range map[string]string{
		`{"id": "n", "tenant_id": "p"}`:                    "p", // Mitaka
		`{"id": "n", "tenant_id": "p", "project_id": "p"}`: "p",
		`{"id": "n", "tenant_id": "", "project_id": ""}`:   "", // Neutron's own
	} {
		var n network
		require.NoError(t, json.Unmarshal([]byte(text), &n.Network), text)
		require.Equal(t, want, n.owner(), text)
	}
}
