package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/reports"
)

// An address is hidden as a whole, also one that ends like a card; a card has one name
// however it is written.
func TestAddressesAndCardsHaveOneNameEach(t *testing.T) {
	var h reports.Hiding
	for _, of := range []struct{ given, want string }{
		{"port fa:16:3e:00:00:01 is down", "port MAC-1 is down"},
		{"FA-16-3E-00-00-01 and fa16.3e00.0001, Fa16.3E00.0001.", "MAC-1 and MAC-1, MAC-1."},
		{"fd00::10:11:12:13:14:15 is gone", "ADDRESS-1 is gone"},
		{"[fd00::10:11:12:13:14:15]:22", "[ADDRESS-1]:22"},
		{"client 01:fa:16:3e:00:00:01, 01-fa-16-3e-00-00-01", "client 01:MAC-1, 01-MAC-1"},
		{"02:fa:16:3e:00:00:01", "MAC-2"},
		{"80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1", "MAC-3"}, // of InfiniBand
		{"10.0.0.1:22, addr:10.0.0.1, inet6 addr:fd00::1", "ADDRESS-2:22, addr:ADDRESS-2, inet6 addr:ADDRESS-3"},
		{"0: 0100000A:0016 0202000A:C350 01, 0000000000000000FFFF00000100000A:0016 000000FD000000000000000001000000:1388", "0: ADDRESS-2:0016 ADDRESS-4:C350 01, ADDRESS-2:0016 ADDRESS-3:1388"},
		{"c:0100000A:0016, local=0100000A:0016", "c:ADDRESS-2:0016, local=ADDRESS-2:0016"},
		{"from 20261130:0915 on, 0000ABCD:12", "from 20261130:0915 on, 0000ABCD:12"},
		{"fa:16:3e:0:0:1 is that of fa:16:3e:00:00:01", "MAC-1 is that of MAC-1"},
		{"node-10_1_2_3 and step_1_2_3_4", "node-ADDRESS-5 and step_1_2_3_4"},
		{"at 21:54:10, 1.2.3, a0b1c2d3-e4f5-6789-abcd-ef0123456789, 2026.1130", "at 21:54:10, 1.2.3, a0b1c2d3-e4f5-6789-abcd-ef0123456789, 2026.1130"},
	} {
		require.Equal(t, of.want, h.Text(of.given))
	}
}
