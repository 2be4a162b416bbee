package lab

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/inventory"
)

func keystoneRenderer(t *testing.T) *renderer { t.Helper(); return rendererOf(t, "keystone") }

func rendererOf(t *testing.T, name string) *renderer {
	t.Helper()
	profile, err := loadProfile(name)
	require.NoError(t, err)
	return &renderer{name: "trial", profile: profile, keys: testKeys(t, profile)}
}

func TestEveryTemplateFills(t *testing.T) {
	for _, name := range Profiles() {
		t.Run(name, func(t *testing.T) { require.NoError(t, rendererOf(t, name).fillAll()) })
	}
}

func TestTemplatesKnowTheirNode(t *testing.T) {
	r := keystoneRenderer(t)
	fill := func(part, node, path string) string {
		t.Helper()
		for _, n := range r.profile.Nodes {
			for _, f := range r.profile.parts[part].Files {
				if n.Name == node && f.Path == path {
					text, err := r.file(part, n, f)
					require.NoError(t, err)
					return string(text)
				}
			}
		}
		t.Fatalf("no file %s", path)
		return ""
	}
	require.Equal(t, "trial\n", fill("base", "ctl-2", "/etc/eris-lab"))
	require.Equal(t, remote.Sudoers("eris")+"\n", fill("base", "ctl-1", "/etc/sudoers.d/eris"), "what an operator is told to write")
	galera := fill("mariadb", "ctl-2", "/etc/mysql/mariadb.conf.d/99-lab.cnf")
	require.Contains(t, galera, "bind-address = 198.18.0.12\n")
	require.Contains(t, galera, "gcomm://198.18.0.11,198.18.0.12,198.18.0.13\n")
	vrrp := fill("keepalived", "ctl-2", "/etc/keepalived/keepalived.conf")
	require.Contains(t, vrrp, "priority 149\n")
	require.Contains(t, vrrp, "    198.18.0.11\n    198.18.0.13\n")
	balancer := fill("haproxy", "ctl-1", "/etc/haproxy/haproxy.cfg")
	require.Contains(t, balancer, "server ctl-3 198.18.0.13:5000 check\n")
	require.Contains(t, balancer, "server ctl-1 198.18.0.11:3306 check on-marked-down shutdown-sessions\n")
	require.Contains(t, balancer, "server ctl-2 198.18.0.12:3306 check on-marked-down shutdown-sessions backup\n")
	// both ends of the database connection are given the same password
	keystone := fill("keystone", "ctl-3", "/etc/keystone/keystone.conf")
	require.Contains(t, keystone, "keystone:"+r.keys.password("keystone-db")+"@198.18.0.10/")
	require.Contains(t, keystone, "memcache_servers = 198.18.0.11:11211,198.18.0.12:11211,198.18.0.13:11211\n")
	// all nodes share one key set, or a token of one is refused by another
	require.Equal(t, fill("keystone", "ctl-1", "/etc/keystone/fernet-keys/1"), fill("keystone", "ctl-3", "/etc/keystone/fernet-keys/1"))
}

func TestUnknownTemplateNamesAreErrors(t *testing.T) {
	r := keystoneRenderer(t)
	for _, source := range []string{"{{.Nod}}", "{{.Node.Adress}}", "{{passwort `x`}}", "{{"} {
		_, err := r.text("base", r.profile.Nodes[0], "f", source)
		require.Error(t, err, source)
	}
}

func TestKeysFollowFromTheSeed(t *testing.T) {
	r := keystoneRenderer(t)
	again := testKeys(t, r.profile)
	require.Equal(t, r.keys.user.public, again.user.public)
	require.NotEqual(t, r.keys.hosts["ctl-1"].public, r.keys.hosts["ctl-2"].public)
	require.NotEqual(t, r.keys.password("a"), r.keys.password("b"))
	raw, err := base64.URLEncoding.DecodeString(r.keys.fernet("primary"))
	require.NoError(t, err)
	require.Len(t, raw, 32)
	_, err = newKeys([]byte("cut off"), r.profile)
	require.ErrorContains(t, err, "cut off")
}

func TestAccessFilesFitTogether(t *testing.T) {
	r := keystoneRenderer(t)
	o, err := Options{Name: "trial", StateDir: t.TempDir()}.withDefaults()
	require.NoError(t, err)
	p := o.paths()
	require.NoError(t, os.MkdirAll(p.dir, 0o700))
	require.NoError(t, writeAccess(o, r))

	cloud, err := inventory.Load(p.inventory)
	require.NoError(t, err)
	require.Equal(t, inventory.Lab, cloud.Kind)
	require.True(t, cloud.Chaos)
	require.Len(t, cloud.Nodes, 3)
	require.Equal(t, "rack-2", cloud.NodeByName("ctl-2").Rack)
	require.Equal(t, "/healthcheck", cloud.ServiceByName("keystone").Health.HTTP)
	require.Equal(t, []string{"ctl-1", "ctl-2", "ctl-3"}, cloud.ServiceByName("mariadb").Nodes)
	for _, s := range cloud.Services {
		require.NotNil(t, s.Health, s.Name)
	}

	private, err := os.ReadFile(p.key)
	require.NoError(t, err)
	signer, err := ssh.ParsePrivateKey(private)
	require.NoError(t, err)
	require.Equal(t, r.keys.user.public, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))))
	info, err := os.Stat(p.key)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = knownhosts.New(p.known)
	require.NoError(t, err)
	clouds, err := os.ReadFile(filepath.Join(p.dir, "clouds.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(clouds), "auth_url: http://198.18.0.10:5000/v3")
}
