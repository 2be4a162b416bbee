package simcloud_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/stretchr/testify/require"
	gossh "golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// probe is a server with a floating IP, and who may log in.
type probe struct {
	t       *testing.T
	compute *gophercloud.ServiceClient
	id      string
	image   string
	address string
	key     gossh.Signer
}

// newProbe boots one that admits SSH.
func newProbe(t *testing.T, cloud *simcloud.Cloud) *probe {
	t.Helper()
	provider, endpoint := login(t, cloud)
	ctx := t.Context()
	compute, err := openstack.NewComputeV2(provider, endpoint)
	require.NoError(t, err)
	neutron, err := openstack.NewNetworkV2(provider, endpoint)
	require.NoError(t, err)
	glance, err := openstack.NewImageV2(provider, endpoint)
	require.NoError(t, err)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	p := &probe{t: t, compute: compute}
	p.key, err = gossh.NewSignerFromKey(private)
	require.NoError(t, err)

	pages, err := images.List(glance, images.ListOpts{}).AllPages(ctx)
	require.NoError(t, err)
	found, err := images.ExtractImages(pages)
	require.NoError(t, err)
	p.image = found[0].ID
	pages, err = networks.List(neutron, networks.ListOpts{Name: "public"}).AllPages(ctx)
	require.NoError(t, err)
	outside, err := networks.ExtractNetworks(pages)
	require.NoError(t, err)
	require.NoError(t, keypairs.Create(ctx, compute, keypairs.CreateOpts{Name: "k", PublicKey: string(gossh.MarshalAuthorizedKey(p.key.PublicKey()))}).Err)
	group, err := groups.Create(ctx, neutron, groups.CreateOpts{Name: "g"}).Extract()
	require.NoError(t, err)
	require.NoError(t, rules.Create(ctx, neutron, rules.CreateOpts{Direction: rules.DirIngress, EtherType: rules.EtherType4, SecGroupID: group.ID}).Err)
	vm, err := servers.Create(ctx, compute, keypairs.CreateOptsExt{KeyName: "k", CreateOptsBuilder: servers.CreateOpts{
		Name: "vm", FlavorRef: "1", ImageRef: p.image, SecurityGroups: []string{"g"},
	}}, nil).Extract()
	require.NoError(t, err)
	p.id = vm.ID
	pages, err = ports.List(neutron, ports.ListOpts{DeviceID: vm.ID}).AllPages(ctx)
	require.NoError(t, err)
	own, err := ports.ExtractPorts(pages)
	require.NoError(t, err)
	floating, err := floatingips.Create(ctx, neutron, floatingips.CreateOpts{FloatingNetworkID: outside[0].ID, PortID: own[0].ID}).Extract()
	require.NoError(t, err)
	p.address = net.JoinHostPort(floating.FloatingIP, fmt.Sprint(simcloud.GuestPort))
	p.is("ACTIVE")
	return p
}

func (p *probe) is(status string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	require.NoError(p.t, servers.WaitForStatus(ctx, p.compute, p.id, status))
}

// does has Nova do something with it.
func (p *probe) does(action string, args any) {
	p.t.Helper()
	_, err := p.compute.Post(p.t.Context(), p.compute.ServiceURL("servers", p.id, "action"), map[string]any{action: args}, nil, &gophercloud.RequestOpts{OkCodes: []int{202}}) //nolint:bodyclose // gophercloud has closed it
	require.NoError(p.t, err)
}

// runs runs a command there as soon as it lets somebody in, and tells its host key.
func (p *probe) runs(command string) (said, host string) {
	p.t.Helper()
	var client *gossh.Client
	require.Eventually(p.t, func() bool {
		var err error
		client, err = gossh.Dial("tcp", p.address, &gossh.ClientConfig{
			User: simcloud.GuestUser, Auth: []gossh.AuthMethod{gossh.PublicKeys(p.key)},
			HostKeyCallback: func(_ string, _ net.Addr, key gossh.PublicKey) error {
				host = gossh.FingerprintSHA256(key)
				return nil
			},
		})
		return err == nil
	}, patience, 20*time.Millisecond)
	defer func() { _ = client.Close() }()
	session, err := client.NewSession()
	require.NoError(p.t, err)
	out, err := session.Output(command)
	require.NoError(p.t, err)
	return strings.TrimSpace(string(out)), host
}

// A server keeps its disk and its host key while it is stopped, during which nobody
// answers, and has others when it has been rebuilt.
func TestAServerKeepsItsDiskUntilItIsRebuilt(t *testing.T) {
	p := newProbe(t, start(t, simcloud.Options{Seed: 1}))
	const look = "cat /root/left 2>/dev/null || echo nothing"
	said, first := p.runs(look)
	require.Equal(t, "nothing", said)
	_, _ = p.runs("echo something > /root/left; sync")

	p.does("os-stop", nil)
	p.is("SHUTOFF")
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", p.address)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, patience, 20*time.Millisecond)
	p.does("os-start", nil)
	p.is("ACTIVE")
	said, second := p.runs(look)
	require.Equal(t, []string{"something", first}, []string{said, second})

	p.does("rebuild", map[string]string{"imageRef": p.image})
	p.is("ACTIVE")
	require.Eventually(t, func() bool { _, third := p.runs("true"); return third != first }, patience, 100*time.Millisecond)
	said, _ = p.runs(look)
	require.Equal(t, "nothing", said)
}

// That a server cannot listen, since somebody else has its address, is noted once, and
// tried until it can.
func TestAnAddressThatIsTakenIsNotedOnce(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	p := newProbe(t, cloud)
	_, _ = p.runs("true")
	for range 2 {
		p.does("os-stop", nil)
		p.is("SHUTOFF")
		var taken net.Listener
		require.Eventually(t, func() bool {
			var err error
			taken, err = net.Listen("tcp", p.address)
			return err == nil
		}, patience, 20*time.Millisecond)
		before := noted(cloud, "start server vm: ")
		p.does("os-start", nil)
		p.is("ACTIVE")
		require.Eventually(t, func() bool { return noted(cloud, "start server vm: ") > before }, patience, 20*time.Millisecond)
		for range 3 {
			require.NoError(t, cloud.LookGuests())
		}
		require.Equal(t, before+1, noted(cloud, "start server vm: "))
		require.NoError(t, taken.Close())
		_, _ = p.runs("true")
	}
}

// noted is how often the first node's log has a text.
func noted(cloud *simcloud.Cloud, text string) (times int) {
	for _, event := range cloud.Node("ctl-1").Log() {
		if strings.Contains(event.Detail, text) {
			times++
		}
	}
	return times
}
