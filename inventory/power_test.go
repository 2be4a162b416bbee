package inventory_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

// Each kind has its own keys, and says in one line which machine it is that it
// switches.
func TestPowerOfEachKind(t *testing.T) {
	t.Parallel()
	for place, each := range map[string]struct {
		text string
		want inventory.Power
	}{
		"198.18.1.11:623": {
			"kind: ipmi, address: 198.18.1.11, user: admin, password_file: /p",
			inventory.Power{Kind: inventory.IPMI, Address: netip.MustParseAddrPort("198.18.1.11:623"), User: "admin", PasswordFile: "/p"},
		},
		"https://bmc-1:8443 system System.Embedded.1": {
			"kind: redfish, address: 'https://bmc-1:8443', system: System.Embedded.1, user: admin, password_file: /p, ca_file: /ca",
			inventory.Power{Kind: inventory.Redfish, URL: "https://bmc-1:8443", Machine: "System.Embedded.1", User: "admin", PasswordFile: "/p", CAFile: "/ca"},
		},
		"https://bmc-1 system 1": {
			"kind: redfish, address: 'https://bmc-1', system: '1', user: admin, password_file: /p, insecure: true",
			inventory.Power{Kind: inventory.Redfish, URL: "https://bmc-1", Machine: "1", User: "admin", PasswordFile: "/p", Insecure: true},
		},
		"qemu+ssh://root@metal-1/system domain ctl-1": {
			"kind: libvirt, uri: 'qemu+ssh://root@metal-1/system', domain: ctl-1",
			inventory.Power{Kind: inventory.Libvirt, URL: "qemu+ssh://root@metal-1/system", Machine: "ctl-1"},
		},
		"server 7f3c of below in /clouds.yaml": {
			"kind: nova, clouds_file: /clouds.yaml, cloud: below, server: 7f3c",
			inventory.Power{Kind: inventory.Nova, CloudsFile: "/clouds.yaml", Cloud: "below", Machine: "7f3c"},
		},
	} {
		cloud, err := inventory.Read("inventory.yaml", []byte("version: eris/v1\ncloud: {name: lab}\nnodes:\n  ctl-1: {address: 198.18.0.11, power: {"+each.text+"}}\n"))
		require.NoError(t, err, each.text)
		require.Equal(t, &each.want, cloud.Nodes[0].Power)
		require.Equal(t, place, cloud.Nodes[0].Power.Place())
	}
}
