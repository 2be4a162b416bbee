//go:build openstack

package openstack

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// captured stops keystone on one controller, and keeps what is around that.
const captured = `version: eris/v1
name: stop-and-capture
phases: {warmup: 1s, baseline: 5s, chaos: 30s, recovery: 10s}
stop_when: {none: a test}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 8/s}, timeout: 10s}
objectives: ['availability("tokens") >= 50%']
captures:
  around: {kind: logs, on: {nodes: [ctl-1], service: keystone}, start: {after: lose.injected}, before: 10s, for: 10s}
  wire: {kind: packets, on: {nodes: [ctl-2]}, start: {after: lose.injected}, args: {filter: tcp port 5000}}
  where: {kind: profile, on: {nodes: [ctl-1], service: keystone}, start: {after: lose.injected}, for: 20s}
faults:
  lose: {fault: service.stop, target: {nodes: [ctl-1], service: keystone}, start: {at: 1s}, hold: 4s}
`

const (
	clockOpen   = 3 * time.Second  // what the nodes' clock of whole seconds leaves open
	leavesSoon  = 10 * time.Second // for what captures on a node to end after Eris was killed
	capturedRun = 3 * time.Minute
)

// entered is what a program prints on a node that is given a text; one that fails prints that.
func entered(t *testing.T, o lab.Options, node string, in []byte, argv ...string) string {
	t.Helper()
	var out, complaint bytes.Buffer
	err := lab.Enter(t.Context(), o, node, argv, lab.Streams{In: bytes.NewReader(in), Out: &out, Err: &complaint})
	if err != nil {
		return fmt.Sprintf("%v: %s", err, &complaint)
	}
	return out.String()
}

// capturing is a run of captured that has not begun yet, and its folder.
func capturing(ctx context.Context, t *testing.T, o lab.Options) (*exec.Cmd, string) {
	t.Helper()
	folder := t.TempDir()
	eris, scenario := filepath.Join(folder, "eris"), filepath.Join(folder, "scenario.yaml")
	said, err := exec.CommandContext(ctx, "go", "build", "-o", eris, "../../../cmd/eris").CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.NoError(t, os.WriteFile(scenario, []byte(captured), 0o600))
	return exec.CommandContext(ctx, eris, "run", scenario, "-i", "lab:"+o.Name, "--plain", "--out", filepath.Join(folder, "runs")), filepath.Join(folder, "runs", "latest")
}

// What is captured on a real node is what was there then: lines, packets, stacks.
func TestWhatIsAroundAFaultIsCaptured(t *testing.T) {
	cloud := labtest.OpenStack(t)
	ctx, cancel := context.WithTimeout(t.Context(), capturedRun)
	defer cancel()
	run, folder := capturing(ctx, t, cloud.Options)
	said, err := run.CombinedOutput()
	require.NoError(t, err, "%s", said)
	rec, err := record.Open(folder)
	require.NoError(t, err)
	kept := map[string]record.CaptureEvent{}
	for e, err := range rec.Events() {
		require.NoError(t, err)
		if e.Capture != nil && e.Capture.State != record.CaptureBegins {
			require.Equal(t, record.CaptureKept, e.Capture.State, e.Capture.Error)
			require.Empty(t, e.Capture.Cut, e.Capture.Capture)
			kept[e.Capture.Capture] = *e.Capture
		}
	}
	require.Len(t, kept, 3)
	file := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(folder, kept[name].File))
		require.NoError(t, err)
		require.Len(t, text, int(kept[name].Bytes))
		return text
	}
	within := func(name, at string) {
		moment, err := time.ParseInLocation("2006-01-02 15:04:05", at, time.UTC)
		require.NoError(t, err)
		require.WithinRange(t, moment, rec.Meta().At.Add(kept[name].From-clockOpen), rec.Meta().At.Add(kept[name].To+clockOpen), "%s", name)
	}

	logs := string(file("around"))
	require.Contains(t, logs, "== journal keystone.service\n")
	require.Contains(t, logs, "systemd[1]: Stopped keystone.service")
	require.Contains(t, logs, "systemd[1]: Started keystone.service")
	for _, found := range regexp.MustCompile(`(?m)^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)`).FindAllStringSubmatch(logs, -1) {
		within("around", found[1]+" "+found[2])
	}
	require.Equal(t, 1, strings.Count(logs, "*** Starting uWSGI"), "of the file that uWSGI writes, too, what is of that time")

	packets := strings.Split(strings.TrimSpace(entered(t, cloud.Options, "ctl-2", file("wire"), "tcpdump", "-n", "-tttt", "-r", "-")), "\n")
	require.Equal(t, fmt.Sprintf("%d packets", len(packets)), kept["wire"].Has)
	for _, each := range packets {
		require.Regexp(t, `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ .*\.5000[ :]`, each)
		within("wire", each[:len("2006-01-02 15:04:05")])
	}

	require.Regexp(t, `^\d{2,3} samples, `, kept["where"].Has)
	for line := range strings.Lines(string(file("where"))) {
		require.Regexp(t, `^keystone\.service;[^;]*uwsgi[^;]*;[a-z]+(;[A-Za-z0-9_.]+)* \d+\n$`, line)
	}
	require.Contains(t, string(file("where")), ";sleeping;entry_SYSCALL_64_after_hwframe;do_syscall_64;")
}

// A run that is killed in the middle of captures leaves none of their processes, and no file.
func TestNothingOfACaptureStaysWhenErisIsKilled(t *testing.T) {
	cloud := labtest.OpenStack(t)
	nodes := []string{"ctl-1", "ctl-2"}
	files := func() (all []string) { // without what the fault's undo has noted, and what Neutron's helpers make
		for _, node := range nodes {
			all = append(all, entered(t, cloud.Options, node, nil, "sh", "-c", "ls -A /root /home/eris /tmp /var/tmp /var/lib | grep -v -e ^eris$ -e ^rootwrap- -e ^systemd-private-"))
		}
		return all
	}
	going := func() (all []string) { // what has come with a session, and who samples or captures
		for _, node := range nodes {
			said := entered(t, cloud.Options, node, nil, "sh", "-c", `ps -eo pid,args | grep -e '[t]cpdump -p' -e '[E]RIS_SSH_CONNECTION' -e '/task/[*]/stac[k]' -e '[s]shd: eris@' || true`)
			all = append(all, strings.Split(strings.TrimSpace(said), "\n")...)
		}
		return all
	}
	before := files()
	ctx, cancel := context.WithTimeout(t.Context(), capturedRun)
	defer cancel()
	run, _ := capturing(ctx, t, cloud.Options)
	require.NoError(t, run.Start())
	require.Eventually(t, func() bool {
		all := strings.Join(going(), "\n")
		return strings.Contains(all, "tcpdump -p") && strings.Contains(all, "/stack")
	}, capturedRun, 200*time.Millisecond)
	require.NoError(t, run.Process.Kill())
	require.Error(t, run.Wait())
	require.Eventually(t, func() bool { return strings.Join(going(), "") == "" }, leavesSoon, 200*time.Millisecond, "%v", going())
	require.Eventually(t, func() bool { // the node itself has keystone back
		s, err := lab.ReadStatus(t.Context(), cloud.Options)
		return err == nil && s.Healthy
	}, wholeWithin, time.Second)
	require.Equal(t, before, files())
}
