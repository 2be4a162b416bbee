//go:build ovn

package collectors_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
)

// ovn is a Northbound of three members on this machine, a folder each; a Southbound,
// ovn-northd and ovn-controller beside the first. There is no switch.
type ovn struct {
	t       *testing.T
	home    string // of Debian's packages, unpacked
	folders [3]string
	port    int // of the members, on 127.0.0.1 to 127.0.0.3
	stop    map[string]func()
}

func newOVN(t *testing.T) *ovn {
	t.Helper()
	home := os.Getenv("ERIS_TEST_OVN")
	require.NotEmpty(t, home, "testenv/check --only ovn brings it; $ERIS_TEST_OVN says where it is")
	dir, err := os.MkdirTemp("", "eris-ovn-") //nolint:usetesting // a socket's path is short
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, free.Close())
	o := &ovn{t: t, home: home, port: free.Addr().(*net.TCPAddr).Port, stop: map[string]func(){}}
	for n := range o.folders {
		o.folders[n] = filepath.Join(dir, fmt.Sprint(n+1))
		require.NoError(t, os.Mkdir(o.folders[n], 0o700))
		o.member(n)
	}
	first := o.folders[0]
	at := func(name string) string { return filepath.Join(first, name) }
	o.run("ovsdb-tool", "create", at("ovnsb_db.db"), home+"/usr/share/ovn/ovn-sb.ovsschema")
	o.start("sb", first, "ovsdb-server", "--remote=punix:"+at("ovnsb_db.sock"), "--unixctl="+at("ovnsb_db.ctl"), at("ovnsb_db.db"))
	o.run("ovsdb-tool", "create", at("conf.db"), home+"/usr/share/openvswitch/vswitch.ovsschema")
	o.start("switch", first, "ovsdb-server", "--remote=punix:"+at("db.sock"), "--unixctl="+at("db.ctl"), at("conf.db"))
	require.Eventually(t, func() bool { _, err := os.Stat(at("db.sock")); return err == nil }, 20*time.Second, 20*time.Millisecond)
	o.run(home+"/usr/bin/ovs-vsctl", "--no-wait", "--db=unix:"+at("db.sock"), "init", "--", "set", "Open_vSwitch", ".",
		"external_ids:ovn-remote=unix:"+at("ovnsb_db.sock"), "external_ids:ovn-encap-type=geneve", "external_ids:ovn-encap-ip=127.0.0.1", "external_ids:system-id=c1")
	o.start("northd", first, home+"/usr/bin/ovn-northd", "--pidfile="+at("ovn-northd.pid"), "--ovnnb-db="+o.northbound(), "--ovnsb-db=unix:"+at("ovnsb_db.sock"))
	o.start("controller", first, home+"/usr/bin/ovn-controller", "--pidfile="+at("ovn-controller.pid"), "unix:"+at("db.sock"))
	return o
}

// member makes the nth, which founds the cluster or joins it, and starts it.
func (o *ovn) member(n int) {
	o.t.Helper()
	folder := o.folders[n]
	own := func(n int) string { return fmt.Sprintf("tcp:127.0.0.%d:%d", n+1, o.port) }
	if file := filepath.Join(folder, "ovnnb_db.db"); n == 0 {
		o.run("ovsdb-tool", "create-cluster", file, o.home+"/usr/share/ovn/ovn-nb.ovsschema", own(0))
	} else {
		o.run("ovsdb-tool", "join-cluster", file, "OVN_Northbound", own(n), own(0))
	}
	o.start(fmt.Sprint("nb", n), folder, "ovsdb-server", "--remote=punix:"+folder+"/ovnnb_db.sock", "--unixctl="+folder+"/ovnnb_db.ctl", folder+"/ovnnb_db.db")
}

// northbound is how a client comes to it.
func (o *ovn) northbound() string {
	var all []string
	for _, folder := range o.folders {
		all = append(all, "unix:"+folder+"/ovnnb_db.sock")
	}
	return strings.Join(all, ",")
}

func (o *ovn) command(folder, name string, args ...string) *exec.Cmd {
	if !strings.HasPrefix(name, "/") {
		if at, err := exec.LookPath(name); err == nil {
			name = at
		} else {
			name = "/usr/sbin/" + name
		}
	}
	cmd := exec.CommandContext(context.WithoutCancel(o.t.Context()), name, args...)
	cmd.Env = append(os.Environ(), "OVN_RUNDIR="+folder, "OVS_RUNDIR="+folder, "OVN_LOGDIR="+folder)
	return cmd
}

func (o *ovn) run(name string, args ...string) {
	o.t.Helper()
	said, err := o.command(o.folders[0], name, args...).CombinedOutput()
	require.NoError(o.t, err, "%s %v: %s", name, args, said)
}

// start starts what the test ends, or who calls what it leaves in stop.
func (o *ovn) start(as, folder, name string, args ...string) {
	o.t.Helper()
	cmd := o.command(folder, name, args...)
	log, err := os.Create(filepath.Join(folder, as+".log"))
	require.NoError(o.t, err)
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(o.t, cmd.Start())
	over := false
	o.stop[as] = func() {
		if !over {
			over = true
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed
			_ = log.Close()
		}
	}
	o.t.Cleanup(o.stop[as])
}

// reads is what the collector reads of the parts in the nth folder: those that are named.
func (o *ovn) reads(n int, parts ...string) []string {
	o.t.Helper()
	c := &collectors.OVN{Folder: o.folders[n], Switch: o.folders[n] + "/db.sock"}
	require.NoError(o.t, c.Validate())
	var services []*inventory.Service
	for _, name := range parts {
		services = append(services, &inventory.Service{Name: name, Runtime: inventory.Runtime{Kind: inventory.Process, Name: name}})
	}
	return frames(o.t, c, services, here)
}

// until waits for readings, whatever else there are.
func (o *ovn) until(n int, part string, wanted ...string) {
	o.t.Helper()
	var got []string
	if !slicesHave(&got, func() []string { return o.reads(n, part) }, wanted) {
		require.Fail(o.t, "it does not come to that", "%v of %v", wanted, got)
	}
}

func slicesHave(got *[]string, read func() []string, wanted []string) bool {
	for began := time.Now(); time.Since(began) < time.Minute; {
		*got = read()
		if !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(*got, w) }) {
			return true
		}
	}
	return false
}

// leads is which of some members leads, or -1.
func (o *ovn) leads(members ...int) int {
	o.t.Helper()
	for _, n := range members {
		if slices.Contains(o.reads(n, "ovn-nb"), "ovn.leader{database=northbound} 1") {
			return n
		}
	}
	return -1
}

// The parts of a real OVN are read as they are: the members of a cluster of databases, of
// which the leader is killed and another elected; a database that is alone; ovn-northd and
// ovn-controller, with what they are connected to and how far they are.
func TestARealOVNIsRead(t *testing.T) {
	o := newOVN(t)
	for n := range o.folders {
		o.until(n, "ovn-nb", "ovn.db_up{database=northbound} 1", "ovn.member{database=northbound} 1", "ovn.leader_known{database=northbound} 1",
			"ovn.members{database=northbound} 3", "ovn.connected{database=northbound} 3", "ovn.uncommitted{database=northbound} 0")
	}
	o.until(0, "ovn-sb", "ovn.db_up{database=southbound} 1")
	require.NotContains(t, strings.Join(o.reads(0, "ovn-sb"), " "), "ovn.member", "it is alone")
	o.until(0, "ovn-northd", "ovn.northd_up 1", "ovn.northd_active 1", "ovn.northd_connected{database=northbound} 1", "ovn.northd_connected{database=southbound} 1")
	o.until(0, "ovn-controller", "ovn.controller_up 1", "ovn.controller_connected 1")
	o.run("ovn-nbctl", "--db="+o.northbound(), "--wait=sb", "--timeout=30", "sync")
	o.until(0, "ovn-nb", "ovn.northd_behind 0", "ovn.chassis_behind 1") // there is no switch that would take the flows

	leader := o.leads(0, 1, 2)
	require.GreaterOrEqual(t, leader, 0)
	o.stop[fmt.Sprint("nb", leader)]()
	require.Equal(t, []string{"ovn.db_up{database=northbound} 0", "ovn.member{database=northbound} 0", "ovn.leader{database=northbound} 0"}, o.reads(leader, "ovn-nb"))
	left := slices.DeleteFunc([]int{0, 1, 2}, func(n int) bool { return n == leader })
	require.Eventually(t, func() bool { return o.leads(left...) >= 0 }, time.Minute, 100*time.Millisecond, "another is elected")
	for _, n := range left {
		o.until(n, "ovn-nb", "ovn.member{database=northbound} 1", "ovn.members{database=northbound} 3", "ovn.connected{database=northbound} 2")
	}
	o.stop[fmt.Sprint("nb", left[0])]()
	o.until(left[1], "ovn-nb", "ovn.db_up{database=northbound} 1", "ovn.member{database=northbound} 0", "ovn.leader{database=northbound} 0")
	o.stop["controller"]()
	o.until(0, "ovn-controller", "ovn.controller_up 0", "ovn.controller_connected 0")
	o.stop["northd"]()
	o.until(0, "ovn-northd", "ovn.northd_up 0", "ovn.northd_active 0")
}
