package nft_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/nft"
)

func TestWhatAUserBeginsIsRedirected(t *testing.T) {
	r := &nft.Ruleset{}
	const rule = "meta skuid { 101, 102 } ip daddr { 198.18.0.11 } tcp dport { 5000 } counter redirect to :42001"
	require.NoError(t, r.Load("table inet led {\nchain led-out {\ntype nat hook output priority -150; policy accept\n"+rule+"\n}\n}", false))
	begins := func(user, port int, protocol string) nft.Packet {
		p := packet("198.18.0.12", "198.18.0.11", protocol, port)
		p.Hook, p.User = nft.Output, user
		return p
	}
	require.Equal(t, 42001, r.Redirect(begins(101, 5000, "tcp"), true))
	require.Equal(t, 42001, r.Redirect(begins(102, 5000, "tcp"), false))
	require.Zero(t, r.Redirect(begins(0, 5000, "tcp"), true), "root is not redirected")
	require.Zero(t, r.Redirect(begins(101, 5001, "tcp"), true))
	require.Zero(t, r.Redirect(begins(101, 5000, "udp"), true))
	elsewhere := begins(101, 5000, "tcp")
	elsewhere.Destination = netip.MustParseAddr("198.18.0.13")
	require.Zero(t, r.Redirect(elsewhere, true))
	require.True(t, passes(r, begins(101, 5000, "tcp")), "no packet is dropped")
	text, err := r.List("inet", "led", false)
	require.NoError(t, err)
	// As nft 1.0.6 prints it, but for the name that it has for the priority.
	require.Equal(t, "table inet led {\n\tchain led-out {\n\t\ttype nat hook output priority -150; policy accept;\n"+
		"\t\tmeta skuid { 101, 102 } ip daddr 198.18.0.11 tcp dport 5000 counter packets 1 bytes 60 redirect to :42001\n\t}\n}\n", text)
	for _, wrong := range []string{
		"type filter hook output priority 0; policy accept\n" + rule,
		"type nat hook input priority 0; policy accept\n" + rule,
		"type nat hook output priority 0; policy accept\ntcp dport 5000 redirect to :0",
		"type nat hook output priority 0; policy accept\ntcp dport 5000 redirect",
	} {
		require.Error(t, r.Load("table inet other {\nchain out {\n"+wrong+"\n}\n}", false), wrong)
	}
}
