package file_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/file"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  mariadb: {unit: mariadb.service, on: {role: controller}, port: 3306, health: {tcp: true}}
`

// target is a node of the small cloud, or a service on it.
func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	for _, service := range []string{"", "mariadb"} {
		faulttest.Pure(t, "file", newFault, func(string) (one, elsewhere faults.Target) {
			return target(t, "ctl-1", service), target(t, "ctl-3", service)
		})
	}
}

func TestArgumentsAndResources(t *testing.T) {
	for _, c := range []struct {
		fault faults.Fault
		args  string
		key   string
	}{
		{&file.Remove{Path: "/var/lib/mysql/grastate.dat", Most: 1 << 20, Open: true}, "7f3c0a1e-strike-1-1|/var/lib/mysql/grastate.dat|1048576|yes", "file::var:lib:mysql:grastate.dat"},
		{&file.Corrupt{Path: "/a+b", How: "truncate", Offset: 7, Most: 9}, "7f3c0a1e-strike-1-1|/a+b|9|no|truncate|7|0", "file::a_b"},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-1", ""))
		require.NoError(t, err)
		require.Equal(t, c.args, strings.Join(s.Args, "|"))
		require.Equal(t, []string{c.key}, s.Resources)
	}
}

func TestWhatIsRefusedByItsArguments(t *testing.T) {
	for path, want := range map[string]string{
		"":                              `path: "" is not an absolute path`,
		"state.dat":                     `path: "state.dat" is not an absolute path`,
		"/etc/../bin/sh":                `path: "/etc/../bin/sh" is not an absolute path`,
		"/a b":                          `path: "/a b" is not an absolute path`,
		"/" + strings.Repeat("x", 200):  "has more than 200 letters",
		"/bin/sh":                       "/bin/sh belongs to /bin, without which the fault could not be undone",
		"/usr/bin/mv":                   "belongs to /usr",
		"/etc/passwd":                   "belongs to /etc/passwd",
		"/etc/sudoers.d/eve":            "belongs to /etc/sudoers.d",
		"/etc/ssh/sshd_config":          "belongs to /etc/ssh",
		"/etc/ssh/ssh_host_ed25519_key": "belongs to /etc/ssh",
		"/etc/default/ssh":              "belongs to /etc/default/ssh",
		"/etc/ssl/openssl.cnf":          "belongs to /etc/ssl/openssl.cnf",
		"/etc/sudoers":                  "belongs to /etc/sudoers",
		"/etc/shadow":                   "belongs to /etc/shadow",
		"/etc/systemd/system/a.mount":   "belongs to /etc/systemd",
		"/run/state.dat":                "belongs to /run",
		"/proc/sys/kernel/panic":        "belongs to /proc",
		"/var/lib/eris/history/x":       "belongs to /var/lib/eris",
		"/root/.ssh/authorized_keys":    "is how the node is logged in to",
		"/srv/eris-7f3c0a1e-x-1-1.fill": "is Eris' own",
	} {
		remove, corrupt := file.NewRemove(), file.NewCorrupt()
		remove.Path, corrupt.Path = path, path
		for _, fault := range []faults.Fault{remove, corrupt} {
			_, err := fault.Scripts(target(t, "ctl-1", ""))
			require.ErrorContains(t, err, want)
		}
		require.ErrorContains(t, remove.Validate(), want)
		require.ErrorContains(t, corrupt.Validate(), want)
	}
	for _, c := range []struct {
		change func(c *file.Corrupt)
		want   string
	}{
		{func(c *file.Corrupt) { c.How = "burn" }, `how: "burn" is none of ["overwrite" "truncate"]`},
		{func(c *file.Corrupt) { c.Offset = -1 }, "offset: -1"},
		{func(c *file.Corrupt) { c.Length = 0 }, "length: 0"},
		{func(c *file.Corrupt) { c.Length = 2 << 20 }, "length: 2MiB is not between"},
		{func(c *file.Corrupt) { c.Most = document.Bytes(65 << 20) }, "most: 65MiB is not between 1B and 64MiB"},
	} {
		corrupt := file.NewCorrupt()
		corrupt.Path = state
		require.NoError(t, corrupt.Validate())
		c.change(corrupt)
		_, err := corrupt.Scripts(target(t, "ctl-1", ""))
		require.ErrorContains(t, err, c.want)
	}
	alone := target(t, "ctl-1", "")
	alone.Cloud = nil
	fault, _ := newFault("file.remove")
	_, err := fault.Scripts(alone)
	require.ErrorContains(t, err, "nobody knows what runs on ctl-1")
}

// /etc/hosts and the like begin as a name does that is needed, and are not.
func TestWhatOnlyBeginsAsWhatIsNeededIsAllowed(t *testing.T) {
	for _, path := range []string{"/etc/passwords", "/binaries/x", "/var/lib/erisx/y", "/home/ann/ssh/key", "/etc/hosts"} {
		remove := file.NewRemove()
		remove.Path = path
		require.NoError(t, remove.Validate(), path)
	}
}
