package captures_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// span is from 10 s before a moment, which was 30 s ago, to 20 s after it.
func span() captures.Window {
	return captures.Window{Before: 10 * time.Second, For: 20 * time.Second, Ago: 30 * time.Second, Most: 1 << 20}
}

// sifted is what is kept of what a node prints at 12:01:00 by its clock, 10:01:00 UTC: of from
// 12:00:20 to 12:00:50.
func sifted(t *testing.T, printed ...string) (file, has, cut string) {
	t.Helper()
	at := time.Date(2026, 11, 30, 10, 1, 0, 0, time.UTC).Unix()
	var kept bytes.Buffer
	s := (&captures.Logs{}).Sift(span(), &kept)
	for _, line := range append([]string{fmt.Sprintf("@ %d +0200", at)}, printed...) {
		require.NoError(t, s.Line(line))
	}
	has, cut, err := s.Close("")
	require.NoError(t, err)
	return kept.String(), has, cut
}

func TestTheLinesOfTheSpanAreKept(t *testing.T) {
	file, has, cut := sifted(
		t, "= 9 /var/log/nova/nova.log",
		"|2026-11-30 12:00:19.999 7 INFO early", "|  and what belongs to it",
		"|2026-11-30 12:00:20.001 7 ERROR first", "|Traceback",
		"|2026-11-30 12:00:50.999 7 INFO last",
		"|2026-11-30 12:00:51.000 7 INFO late", "|2026-11-30 12:00:30 of a thread that was slow", "|", ".",
		"= 0 journal nova.service", "|2026-11-30T10:00:30+0000 nova[7]: in UTC", "|2026-11-30T12:00:30+02:00 nova[7]: not in UTC", "|2026-11-30T12:00:30+0000 nova[7]: two hours late", "|2026-11-30T12:00:30,123 its zone", "|", ".",
		"= 0 journal empty.service", "|", ".",
	)
	require.Equal(t, `== /var/log/nova/nova.log
2026-11-30 12:00:20.001 7 ERROR first
Traceback
2026-11-30 12:00:50.999 7 INFO last
2026-11-30 12:00:30 of a thread that was slow
== journal nova.service
2026-11-30T10:00:30+0000 nova[7]: in UTC
2026-11-30T12:00:30+02:00 nova[7]: not in UTC
2026-11-30T12:00:30,123 its zone
`, file)
	require.Equal(t, "7 lines", has)
	require.Empty(t, cut)
}

func TestWhatIsMissingInALogIsSaid(t *testing.T) {
	const in = "|2026-11-30 12:00:30.000 7 INFO in"
	_, _, cut := sifted(t, "= 900 /a.log", "|torn", in, "|", ".")
	require.Equal(t, "/a.log: only its last 39 bytes were read", cut, "what stood before may be of the span")
	file, _, cut := sifted(t, "= 900 /a.log", "|torn 2026-11-30 12:00:30 half", "|2026-11-30 12:00:10 before", in, "|", ".")
	require.Empty(t, cut, "what stood before is not of the span")
	require.Equal(t, "== /a.log\n"+in[1:]+"\n", file)
	file, _, cut = sifted(t, "= 9 /a.log", "|no time", "|nor here", "|", ".")
	require.Equal(t, "/a.log: its lines have no times, and all that were read are kept", cut)
	require.Equal(t, "== /a.log\nno time\nnor here\n", file)
	file, _, _ = sifted(t, "= 900 /a.log", "|gehe", "|no time", "|", ".")
	require.Equal(t, "== /a.log\nno time\n", file, "the first line is torn")
	_, _, cut = sifted(t, "= 9 /a.log", in)
	require.Equal(t, "/a.log and what comes after it: there was more than is read", cut)
	_, _, cut = sifted(t, "= 0 journal a.service", "|"+strings.Repeat("x", 1<<20), "|torn", ".")
	require.Contains(t, cut, "journal a.service: only the first 1048581 bytes of it were read")
}

// A log has what is secret in it, and a captured one is read by more people.
func TestSecretsOfLogsAreNotCaptured(t *testing.T) {
	const at = "|2026-11-30 12:00:30.000 "
	file, _, _ := sifted(
		t, "= 9 /a.log", at+"password=geheim1", at+"mysql://nova:geheim2@db", at+"-----BEGIN PRIVATE KEY-----", "|"+strings.Repeat("Ab3/", 16), "|-----END PRIVATE KEY-----", at+"after", at+"secret=gehe", ".",
	)
	require.NotContains(t, file, "geheim")
	require.NotContains(t, file, "gehe", "the last line is torn")
	require.NotContains(t, file, "Ab3/")
	require.Equal(t, 3, strings.Count(file, " "+record.Redacted)+strings.Count(file, "="+record.Redacted)+strings.Count(file, "//"+record.Redacted))
	require.Contains(t, file, "after\n")
}

func TestLogsAreReadWhereTheyAre(t *testing.T) {
	b := newBench(t)
	folder := t.TempDir()
	logs := &captures.Logs{Files: []string{folder + "/*.log"}, Units: []string{"also.service"}}
	b.program("journalctl", `printf '%s\n' "$*" >`+b.bin+`/said; echo "$(date +%Y-%m-%dT%H:%M:%S%z) keystone[7]: in the journal"`+"\n")
	require.Empty(t, b.check(logs))
	require.NoError(t, os.WriteFile(folder+"/api.log", []byte(time.Now().Add(-time.Hour).Format(time.DateTime)+" old\n"+time.Now().Format(time.DateTime)+" new\n"), 0o600))
	taken, file, err := b.take(t.Context(), logs, captures.Window{Before: 10 * time.Second, For: 5 * time.Second, Ago: 5 * time.Second, Most: 1 << 20}, unit("keystone"))
	require.NoError(t, err)
	require.Empty(t, taken.Cut)
	require.Equal(t, "2 lines", taken.Has)
	require.Regexp(t, `^== journal also.service keystone.service\n\S+ keystone\[7\]: in the journal\n== `+folder+`/api.log\n[^\n]* new\n$`, string(file))
	said, err := os.ReadFile(b.bin + "/said")
	require.NoError(t, err)
	require.Regexp(t, `^--quiet --no-pager --no-hostname -o short-iso --since=@\d+ --until=@\d+ -u also.service -u keystone.service\n$`, string(said))

	_, _, err = b.take(t.Context(), logs, captures.Window{For: time.Second, Ago: time.Second, Most: 64}, unit("keystone"))
	require.NoError(t, err)
}

func TestANodeWithoutLogsSaysSo(t *testing.T) {
	b := newBench(t)
	none := &captures.Logs{Files: []string{filepath.Join(t.TempDir(), "*.log")}}
	require.Contains(t, b.check(none), "neither a journal of a unit nor a log file")
}

// The same script runs on a simulated node.
func TestLogsOfASimulatedNode(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	run := func(text string) string {
		require.Empty(t, script.Check("captures", plainly(text)))
		var out, wrong bytes.Buffer
		n.Run(t.Context(), node.Session{Line: "sh -c " + inventory.Quote(text), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &wrong})
		require.Empty(t, wrong.String())
		return out.String()
	}
	n.AppendLog("/var/log/keystone/keystone.log", "7 INFO here")
	run("systemd-run --quiet --unit=keystone.service true")
	logs := &captures.Logs{}
	services := []*inventory.Service{unit("keystone")}
	require.Empty(t, run(logs.Check(services)))
	w := captures.Window{Before: 10 * time.Second, For: 5 * time.Second, Ago: 5 * time.Second, Most: 1 << 20}
	var file bytes.Buffer
	taken, err := captures.Take(t.Context(), printed(run(logs.Script(services, w))), "ctl-1", logs, services, w, &file)
	require.NoError(t, err)
	require.Empty(t, taken.Cut)
	require.Contains(t, file.String(), "== journal keystone.service\n")
	require.Regexp(t, `== /var/log/keystone/keystone.log\n[^\n]* 7 INFO here\n$`, file.String())

	require.Contains(t, run(captures.NewProfile().Check(services)), "its kernel shows no stacks")
	require.Contains(t, run(packets().Check(services)), "tcpdump is not installed")
}

func TestArgumentsOfLogs(t *testing.T) {
	require.NoError(t, (&captures.Logs{Units: []string{"nova-api.service", `dev-disk\x2dx.device`}, Files: []string{"/var/log/my*.log"}}).Validate())
	require.ErrorContains(t, (&captures.Logs{Files: []string{"/var/log/a b"}}).Validate(), "files: ")
	for _, wrong := range []string{"", "-f", "*.service", "a'b"} {
		require.ErrorContains(t, (&captures.Logs{Units: []string{wrong}}).Validate(), "units: ", wrong)
	}
}
