package inventory_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

func load(t *testing.T) *inventory.Cloud {
	t.Helper()
	cloud, err := inventory.Load("testdata/good.yaml")
	require.NoError(t, err)
	return cloud
}

func TestLoadFillsInWhatTheFileLeavesOut(t *testing.T) {
	t.Setenv("HOME", "/home/ops")
	cloud := load(t)
	require.Equal(t, "lab", cloud.Name)
	require.Equal(t, inventory.Lab, cloud.Kind)
	require.True(t, cloud.Chaos)
	require.Len(t, cloud.Digest, 64)
	require.Equal(t, "testdata/good.yaml", cloud.File)
	require.Equal(t, inventory.OpenStack{File: "testdata/clouds.yaml", Cloud: "lab"}, cloud.OpenStack)

	base := inventory.SSH{User: "root", Port: 22, Key: "testdata/keys/id", KnownHosts: "/home/ops/known_hosts", Sessions: 6}
	require.Equal(t, base, cloud.SSH)
	ctl1 := cloud.NodeByName("ctl-1")
	require.Equal(t, &inventory.Node{
		Name: "ctl-1", Address: netip.MustParseAddrPort("198.18.0.11:22"), Listen: "198.18.0.11",
		Roles: []string{"controller", "network"}, Zone: "az-1", Rack: "rack-1", Host: "metal-1", SSH: base,
		Power: &inventory.Power{Kind: inventory.IPMI, Address: netip.MustParseAddrPort("[fd00::b1]:6230"), User: "root", PasswordFile: "/etc/bmc"},
	}, ctl1)
	require.Equal(t, &inventory.Power{
		Kind: inventory.IPMI, Address: netip.MustParseAddrPort("198.18.1.12:623"), User: "admin", PasswordFile: "testdata/bmc/ctl-2",
	}, cloud.NodeByName("ctl-2").Power)
	require.Equal(t, "sw-2", cloud.NodeByName("ctl-2").Switch)
	ctl3 := cloud.NodeByName("ctl-3")
	require.True(t, ctl3.Never)
	require.Equal(t, uint16(2222), ctl3.Address.Port())
	base.User, base.Sudo, base.Port = "debian", true, 2222
	require.Equal(t, base, ctl3.SSH)
	require.Equal(t, "[fd00::21]:22", cloud.NodeByName("cmp-1").Address.String())
	require.Equal(t, "10.0.0.21", cloud.NodeByName("cmp-1").Listen)

	require.Equal(t, &inventory.Service{
		Name: "keystone", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "keystone.service"}, Port: 5000,
		Health: &inventory.Probe{HTTP: "/healthcheck", Timeout: 1500 * time.Millisecond},
		Nodes:  []string{"ctl-1", "ctl-2", "ctl-3"},
	}, cloud.ServiceByName("keystone"))
	require.Equal(t, 2*time.Second, cloud.ServiceByName("memcached").Health.Timeout)
	require.True(t, cloud.ServiceByName("nova-compute").Never)
	require.Equal(t, []string{"ctl-2", "ctl-3"}, cloud.ServiceByName("wonder").Nodes)
}

func TestEveryServiceIsInAGroup(t *testing.T) {
	cloud := load(t)
	var got []string
	for _, g := range cloud.Groups {
		line := g.Name + " " + g.Rule.String() + ":"
		for _, m := range g.Members {
			line += " " + m.String()
			if m.Weight != 1 {
				line += strings.Repeat("+", m.Weight-1)
			}
		}
		require.NotEmpty(t, g.Why)
		got = append(got, line)
	}
	require.Equal(t, []string{
		"api min_up: 2: keystone@ctl-1 keystone@ctl-2 keystone@ctl-3",
		"galera majority: garbd@cmp-1 mariadb@ctl-1+ mariadb@ctl-2 mariadb@ctl-3",
		"memcached n-1: memcached@ctl-1 memcached@ctl-2",
		"nova-compute tolerance: 0: nova-compute@cmp-1",
		"wonder tolerance: 0: wonder@ctl-2 wonder@ctl-3",
	}, got)
	require.Equal(t, "declared in testdata/good.yaml:26:3", cloud.GroupByName("galera").Why)
}

// TestProblems compares all that is wrong with a file, as an operator sees it,
// with the text beside it. With ERIS_GOLDEN=write it writes those texts.
func TestProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/problems/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = inventory.Read(filepath.Base(file), data)
			require.ErrorAs(t, err, new(document.Problems))
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if os.Getenv("ERIS_GOLDEN") == "write" {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644))
			}
			want, readErr := os.ReadFile(golden)
			require.NoError(t, readErr)
			require.Equal(t, string(want), err.Error()+"\n")
		})
	}
}

// TestThePageIsTrue loads the example of docs/inventory.md.
func TestThePageIsTrue(t *testing.T) {
	page, err := os.ReadFile("../docs/inventory.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```yaml\n")
	require.True(t, found)
	example, _, found := strings.Cut(rest, "```")
	require.True(t, found)
	cloud, err := inventory.Read("docs/inventory.md", []byte(example))
	require.NoError(t, err)
	require.Len(t, cloud.Nodes, 3)
	require.Equal(t, "docs/clouds.yaml", filepath.Clean(cloud.OpenStack.File))
}

func TestAMissingFileIsNoProblemOfItsText(t *testing.T) {
	_, err := inventory.Load(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// FuzzRead looks for bytes that crash the loader or load into a cloud that
// breaks what the other packages rely on.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/problems/*.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cloud, err := inventory.Read("fuzz.yaml", data)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.NotEmpty(t, cloud.Nodes)
		grouped := map[inventory.Ref]bool{}
		for _, g := range cloud.Groups {
			require.NotEmpty(t, g.Members)
			for _, m := range g.Members {
				grouped[m.Ref] = true
			}
		}
		for _, s := range cloud.Services {
			require.NotEmpty(t, s.Nodes)
			require.NotEmpty(t, s.Runtime.Kind)
			for _, node := range s.Nodes {
				require.NotNil(t, cloud.NodeByName(node))
				require.True(t, grouped[inventory.Ref{Node: node, Service: s.Name}])
			}
		}
	})
}
