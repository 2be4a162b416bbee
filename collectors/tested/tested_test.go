package tested

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	check "github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func services() []*inventory.Service {
	unit := func(name, unit string) *inventory.Service {
		return &inventory.Service{Name: name, Runtime: inventory.Runtime{Kind: inventory.Unit, Name: unit}, Nodes: []string{"ctl-1"}}
	}
	return []*inventory.Service{
		unit("nova-api", "nova-api.service"), unit("nova-scheduler", "nova-scheduler.service"), unit("mariadb", "mariadb.service"),
		{Name: "keystone", Runtime: inventory.Runtime{Kind: inventory.Container, Name: "keystone"}, Nodes: []string{"ctl-1"}},
	}
}

// answers are nodes that say what was put in, or fail.
type answers map[string]remote.Result

func (a answers) Run(_ context.Context, node string, cmd remote.Command) remote.Result {
	if cmd.Script == "" || !cmd.Root {
		panic("configuration is read as root")
	}
	return a[node]
}

func said(out string) remote.Result { return remote.Result{State: remote.Done, Stdout: []byte(out)} }

func cloud() *inventory.Cloud {
	return &inventory.Cloud{
		Nodes:    []*inventory.Node{{Name: "ctl-1", Roles: []string{"controller"}}, {Name: "ctl-2", Roles: []string{"controller"}}, {Name: "cmp-1", Roles: []string{"compute"}}},
		Services: services(),
	}
}

func fact(t *record.Tested, kind record.TestedKind, name string) map[string][]string {
	found := map[string][]string{}
	for _, f := range t.Facts {
		if f.Kind == kind && f.Name == name {
			found[f.Value] = f.Nodes
		}
	}
	return found
}

func TestNodesThatSayTheSameAreOneFact(t *testing.T) {
	got := Nodes(t.Context(), answers{
		"ctl-1": said("kernel 6.1.0-48-amd64 x86_64\nos \"Debian GNU/Linux 12 (bookworm)\"\npackage nova 2:26.2.2-1\nsetting nova virt_type qemu\nend\n"),
		"ctl-2": said("kernel 6.1.0-48-amd64 x86_64\nos \"Debian GNU/Linux 12 (bookworm)\"\npackage nova 2:26.2.3-1\nend\n"),
		"cmp-1": {State: remote.Unknown, Err: errors.New("node is unreachable")},
	}, cloud(), []string{"ctl-1", "ctl-2", "cmp-1"})
	require.Equal(t, map[string][]string{"6.1.0-48-amd64 x86_64": {"ctl-1", "ctl-2"}}, fact(got, record.TestedKernel, ""))
	require.Equal(t, map[string][]string{"Debian GNU/Linux 12 (bookworm)": {"ctl-1", "ctl-2"}}, fact(got, record.TestedOS, ""))
	require.Equal(t, map[string][]string{"2:26.2.2-1": {"ctl-1"}, "2:26.2.3-1": {"ctl-2"}}, fact(got, record.TestedPackage, "nova"))
	require.Equal(t, map[string][]string{"qemu": {"ctl-1"}}, fact(got, record.TestedSetting, "nova virt_type"))
	require.Equal(t, map[string][]string{"": {"ctl-1", "ctl-2"}}, fact(got, record.TestedRole, "controller"))
	require.Equal(t, map[string][]string{"": {"cmp-1"}}, fact(got, record.TestedRole, "compute"))
	require.Len(t, got.Silent, 1, "who gave no answer is not taken for one that has nothing")
	require.Equal(t, "cmp-1", got.Silent[0].Node)
	require.Contains(t, got.Silent[0].Why, "unreachable")
}

func TestAnAnswerThatIsCutOffOrNonsenseIsTold(t *testing.T) {
	for name, out := range map[string]string{
		"no end":      "kernel 6.1 x86_64\n",
		"nothing":     "",
		"another":     "kernel 6.1 x86_64\nhello there world\nend\n",
		"half a line": "package nova\nend\n",
		"a word":      "os\nend\n",
	} {
		got := Nodes(t.Context(), answers{"ctl-1": said(out), "ctl-2": said("end\n"), "cmp-1": said("end\n")}, cloud(), []string{"ctl-1", "ctl-2", "cmp-1"})
		require.Len(t, got.Silent, 1, name)
		require.Equal(t, "ctl-1", got.Silent[0].Node, name)
	}
}

func TestWhatANodeSaysIsFitToBeShown(t *testing.T) {
	got := Nodes(t.Context(), answers{
		"ctl-1": said("package nova 1\x1b[31m2\nsetting nova stores http://glance:geheim@vip/x\npackage long " + strings.Repeat("9", 5000) + "\nend\n"), "ctl-2": said("end\n"), "cmp-1": said("end\n"),
	}, cloud(), []string{"ctl-1", "ctl-2", "cmp-1"})
	require.Empty(t, got.Silent)
	for _, f := range got.Facts {
		require.NotContains(t, f.Value, "\x1b")
		require.NotContains(t, f.Value, "geheim")
		require.LessOrEqual(t, len(f.Value), mostOfValue)
	}
}

func TestTheScriptKeepsToTheSubset(t *testing.T) {
	require.Empty(t, check.Check("tested", script(services())))
	require.Empty(t, check.Check("tested", script(nil)))
}

func TestThisMachineSaysWhatItIs(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script(services())).Output()
	require.NoError(t, err)
	var got record.Tested
	require.NoError(t, read(&got, "here", out))
	release, err := exec.CommandContext(t.Context(), "uname", "-rm").Output()
	require.NoError(t, err)
	require.Equal(t, map[string][]string{strings.TrimSpace(string(release)): {"here"}}, fact(&got, record.TestedKernel, ""))
	for _, f := range got.Facts {
		if f.Kind == record.TestedOS {
			require.NotContains(t, f.Value, `"`)
			return
		}
	}
	require.Fail(t, "no operating system", "%s", out)
}

// simulated asks a node of the embedded cloud after something was done there.
func simulated(t *testing.T, n *node.Node, before string) *record.Tested {
	t.Helper()
	run := func(text string) string {
		var out, wrong bytes.Buffer
		status := n.Run(t.Context(), node.Session{Line: "sh -c " + inventory.Quote(text), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &wrong})
		require.Zero(t, status, "%s%s", out.String(), wrong.String())
		require.Empty(t, wrong.String())
		return out.String()
	}
	if before != "" {
		run(before)
	}
	got := &record.Tested{}
	require.NoError(t, read(got, "ctl-1", []byte(run(script(services())))))
	return got
}

func TestSecretsAndCommentsAreNoPartOfAConfiguration(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	conf := func(password, comment, workers string) string {
		return `mkdir -p /etc/nova/nova.conf.d /etc/mysql/conf.d
cat >/etc/nova/nova.conf <<'EOF'
[DEFAULT]
` + comment + `
transport_url = rabbit://nova:` + password + `@ctl-1:5672//
compute_driver = libvirt.LibvirtDriver
workers = ` + workers + `
[keystone_authtoken]
Password=` + password + `
memcache_secret_key = ` + password + `
EOF
echo "wsrep_sst_auth=sst:` + password + `" >/etc/mysql/conf.d/galera.cnf
echo "` + password + `" >/etc/nova/nova.key`
	}
	first := simulated(t, n, conf("geheim", "# mine", "2"))
	require.Len(t, fact(first, record.TestedConfig, "nova"), 1)
	require.Len(t, fact(first, record.TestedConfig, "mariadb"), 1)
	require.Equal(t, map[string][]string{"libvirt.LibvirtDriver": {"ctl-1"}}, fact(first, record.TestedSetting, "nova compute_driver"))
	for _, f := range first.Facts {
		require.NotContains(t, f.Value, "geheim")
		if f.Kind == record.TestedConfig {
			require.Regexp(t, `^[0-9a-f]{64}$`, f.Value)
		}
	}
	require.Contains(t, fact(first, record.TestedOS, ""), "Simulated Debian GNU/Linux 12 (bookworm)")

	require.Equal(t, first, simulated(t, n, conf("anders", "; another comment\n\n   # and one more", "2")), "only secrets and comments differ")
	changed := simulated(t, n, conf("geheim", "# mine", "8"))
	require.NotEqual(t, fact(first, record.TestedConfig, "nova"), fact(changed, record.TestedConfig, "nova"))
	require.Equal(t, fact(first, record.TestedConfig, "mariadb"), fact(changed, record.TestedConfig, "mariadb"))
	changed = simulated(t, n, "mkdir -p /etc/systemd/system/nova-api.service.d\necho '[Service]' >/etc/systemd/system/nova-api.service.d/limits.conf")
	require.NotEqual(t, fact(first, record.TestedConfig, "nova"), fact(changed, record.TestedConfig, "nova"), "a drop-in of the unit is configuration, too")
}
