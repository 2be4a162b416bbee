package captures_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// sifted is what is kept of what a node prints at 12:01:00 by its clock, 10:01:00 UTC, 30 s
// after a moment: from 10 s before that to 20 s after it, from 12:00:20 to 12:00:50 and what
// the clock leaves open.
func sifted(t *testing.T, printed ...string) (file, has, cut string) {
	t.Helper()
	at := time.Date(2026, 11, 30, 10, 1, 0, 0, time.UTC).Unix()
	var kept bytes.Buffer
	var err error
	synctest.Test(t, func(t *testing.T) {
		s := (&captures.Logs{}).Sift(captures.Window{Before: 10 * time.Second, For: 20 * time.Second, Moment: time.Now(), Most: 1 << 20}, &kept)
		time.Sleep(30 * time.Second) // until there is a session
		for _, line := range append(append([]string{fmt.Sprintf("@ %d +0200", at)}, printed...), "#") {
			require.NoError(t, s.Line(line))
		}
		has, cut, err = s.Close("")
	})
	require.NoError(t, err)
	return kept.String(), has, cut
}

func TestTheLinesOfTheSpanAreKept(t *testing.T) {
	file, has, cut := sifted(
		t, "= 9 /var/log/nova/nova.log",
		"|2026-11-30 12:00:19.999 7 INFO early", "|  and what belongs to it",
		"|2026-11-30 12:00:20.001 7 ERROR first", "|Traceback",
		"|2026-11-30 12:00:51.999 7 INFO last",
		"|2026-11-30 12:00:52.000 7 INFO late", "|2026-11-30 12:00:30 of a thread that was slow", "|", ".",
		"= 0 journal nova.service", "|2026-11-30T10:00:30+0000 nova[7]: in UTC", "|2026-11-30T12:00:30+02:00 nova[7]: not in UTC", "|2026-11-30T12:00:30+0000 nova[7]: two hours late", "|2026-11-30T12:00:30,123 its zone", "|", "|status 0", "|", ".",
		"= 0 journal empty.service", "|", "|status 0", "|", ".",
		"= 9 /var/log/keystone/keystone.log",
		"|*** Starting uWSGI 2.0.21-debian (64bit) on [Mon Nov 30 12:00:10 2026] ***", "|spawned uWSGI worker 1", "|[pid: 7|app: 0|req: 1/1] 198.51.100.7 () {28 vars in 300 bytes} [Mon Nov 30 12:00:30 2026] GET /v3 => generated 9 bytes",
		"|Mon Nov 30 12:00:31 2026 - *** HARAKIRI ON WORKER 1", "|[Mon Nov 30 12:00:32.123456 2026] [wsgi:error] of Apache", "|[Mon Nov  9 12:00:33 2026] days ago", "|", ".",
		"= 9 /var/log/keystone/access.log", `|198.51.100.7 - - [30/Nov/2026:10:00:30 +0000] "GET /v3 HTTP/1.1"`, `|198.51.100.7 - - [30/Nov/2026:12:00:30 +0000] "of two hours later"`,
		"|198.51.100.7 "+strings.Repeat("x", 300)+" [30/Nov/2026:10:00:30 +0000] behind that", "|", ".",
		"= 9 /var/log/swift/proxy.log", "|Nov  9 12:00:30 ctl-1 proxy-server: days ago", "|Nov 30 12:00:19 ctl-1 proxy-server: early", "|Nov 30 12:00:30 ctl-1 proxy-server: in [Mon Nov 30 12:10:00 2026]", "|", ".",
		"= 9 /var/log/mariadb.log", "|2026-11-30  9:18:42 0 [Note] early", "|2026-11-30 12:00:30 0 [Note] in", "|2026-11-30  9:18:43 0 [Note] early", "|", ".",
	)
	require.Equal(t, `== /var/log/nova/nova.log
2026-11-30 12:00:20.001 7 ERROR first
Traceback
2026-11-30 12:00:51.999 7 INFO last
2026-11-30 12:00:30 of a thread that was slow
== journal nova.service
2026-11-30T10:00:30+0000 nova[7]: in UTC
2026-11-30T12:00:30+02:00 nova[7]: not in UTC
2026-11-30T12:00:30,123 its zone
== /var/log/keystone/keystone.log
[pid: 7|app: 0|req: 1/1] 198.51.100.7 () {28 vars in 300 bytes} [Mon Nov 30 12:00:30 2026] GET /v3 => generated 9 bytes
Mon Nov 30 12:00:31 2026 - *** HARAKIRI ON WORKER 1
[Mon Nov 30 12:00:32.123456 2026] [wsgi:error] of Apache
== /var/log/keystone/access.log
198.51.100.7 - - [30/Nov/2026:10:00:30 +0000] "GET /v3 HTTP/1.1"
== /var/log/swift/proxy.log
Nov 30 12:00:30 ctl-1 proxy-server: in [Mon Nov 30 12:10:00 2026]
== /var/log/mariadb.log
2026-11-30 12:00:30 0 [Note] in
`, file)
	require.Equal(t, "13 lines", has)
	require.Equal(t, "/var/log/keystone/access.log: it begins at 12:00:30: what was before that may be in a file that was put aside", cut)
}

func TestWhatIsMissingInALogIsSaid(t *testing.T) {
	const in = "|2026-11-30 12:00:30.000 7 INFO in"
	_, _, cut := sifted(t, "= 2097152 /a.log", "|torn", in, "|", ".")
	require.Equal(t, "/a.log: only its last 1048577 bytes were read", cut, "what stood before may be of the span")
	file, _, cut := sifted(t, "= 2097152 /a.log", "|torn 2026-11-30 12:00:30 half", "|2026-11-30 12:00:10 before", in, "|", ".")
	require.Empty(t, cut, "what stood before is not of the span")
	require.Equal(t, "== /a.log\n"+in[1:]+"\n", file)
	file, _, _ = sifted(t, "= 9 /a.log", "|2026-11-30 12:00:30 half", "|"+strings.Repeat("x", 1<<20), in, "|", ".")
	require.NotContains(t, file, "half", "it has grown after its size was read")
	file, _, cut = sifted(t, "= 9 /a.log", in, "|", ".")
	require.Equal(t, "/a.log: it begins at 12:00:30: what was before that may be in a file that was put aside", cut)
	require.Equal(t, "== /a.log\n"+in[1:]+"\n", file)
	file, _, cut = sifted(t, "= 9 /a.log", "|no time", "|nor here", "|", ".")
	require.Equal(t, "/a.log: its lines have no times, and all that were read are kept", cut)
	require.Equal(t, "== /a.log\nno time\nnor here\n", file)
	file, _, _ = sifted(t, "= 2097152 /a.log", "|gehe", "|no time", "|", ".")
	require.Equal(t, "== /a.log\nno time\n", file, "the first line is torn")
	_, _, cut = sifted(t, "= 9 /a.log", in)
	require.Equal(t, "/a.log and what comes after it: there was more than is read", cut)

	long := "|" + strings.Repeat("x", 2<<20)
	_, _, cut = sifted(t, "= 0 journal a.service", in, long, "|torn", ".")
	require.Contains(t, cut, "journal a.service: only the first 2097191 bytes of it were read")
	_, _, cut = sifted(t, "= 0 journal a.service", in, "|2026-11-30 12:00:52 late", long, "|torn", ".")
	require.Empty(t, cut, "what comes later is not of the span")
	for status, want := range map[string]string{
		"124": "journalctl had not read it to its end within 10 seconds", "1": "journalctl ended with status 1", "": "journalctl ended with status unknown",
	} {
		file, _, cut = sifted(t, "= 0 journal a.service", in, "|2026-11-30 12:00:31 torn", "|status "+status, "|", ".")
		require.Equal(t, "journal a.service: "+want, cut)
		require.Contains(t, file, in[1:])
		require.Equal(t, status == "", strings.Contains(file, "torn"))
	}

	var kept bytes.Buffer
	s := (&captures.Logs{}).Sift(captures.Window{Most: 1 << 20}, &kept)
	require.NoError(t, s.Line("= 9 /a.log"))
	require.NoError(t, s.Line("."))
	_, cut, err := s.Close("")
	require.NoError(t, err)
	require.Equal(t, "there was more than is read", cut, "the cut was between two sources")
}

// Of all nodes one source at a time is searched for secrets: the loads need the processor.
func TestLogsAreCleanedOneByOne(t *testing.T) {
	file := &watched{}
	var turn sync.Mutex
	var writing sync.WaitGroup
	for range 4 {
		writing.Go(func() {
			s := (&captures.Logs{}).Sift(captures.Window{Most: 1 << 20, Turn: &turn}, file)
			for _, line := range []string{"= 9 /a.log", "|one", "|two", "|three", "|", ".", "#"} {
				file.fail(s.Line(line))
			}
		})
	}
	writing.Wait()
	require.Empty(t, file.wrong)
	require.Equal(t, 16, file.writes)
	require.Equal(t, 4, file.sources, "none writes between the lines of another")
}

// watched counts how often it has to do with another source than before.
type watched struct {
	mu              sync.Mutex
	left            int // lines of the source under way
	writes, sources int
	wrong           []string
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writes++
	switch begins := strings.HasPrefix(string(p), "== "); {
	case begins && w.left == 0:
		w.sources, w.left = w.sources+1, 3
	case begins:
		w.wrong = append(w.wrong, "one begins within another")
	default:
		w.left--
	}
	w.mu.Unlock()
	for range 100 {
		runtime.Gosched()
	}
	return len(p), nil
}

func (w *watched) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.wrong = append(w.wrong, err.Error())
	}
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
	taken, file, err := b.take(t.Context(), logs, captures.Window{Before: 10 * time.Second, For: 5 * time.Second, Moment: time.Now().Add(-5 * time.Second), Most: 1 << 20}, unit("keystone"))
	require.NoError(t, err)
	require.Empty(t, taken.Cut)
	require.Equal(t, "2 lines", taken.Has)
	require.Regexp(t, `^== journal also.service keystone.service\n\S+ keystone\[7\]: in the journal\n== `+folder+`/api.log\n[^\n]* new\n$`, string(file))
	said, err := os.ReadFile(b.bin + "/said")
	require.NoError(t, err)
	require.Regexp(t, `^--quiet --no-pager --no-hostname -o short-iso --since=@\d+ --until=@\d+ -u also.service -u keystone.service\n$`, string(said))

	from, err := strconv.ParseInt(regexp.MustCompile(`since=@(\d+)`).FindStringSubmatch(string(said))[1], 10, 64)
	require.NoError(t, err)
	require.Greater(t, time.Since(time.Unix(from, 0)), 75*time.Second, "there may be a minute until there is a session")

	_, _, err = b.take(t.Context(), logs, captures.Window{For: time.Second, Moment: time.Now(), Most: 64}, unit("keystone"))
	require.NoError(t, err)

	b.program("journalctl", "sleep 0.1; exit 3\n")
	require.NoError(t, os.WriteFile(folder+"/api.log", []byte(time.Now().Add(-time.Hour).Format(time.DateTime)+" old\n"+time.Now().Format(time.DateTime)+" new "+strings.Repeat("word ", 60<<10)+"\n"), 0o600))
	taken, file, err = b.take(t.Context(), logs, captures.Window{Before: 10 * time.Second, For: 5 * time.Second, Moment: time.Now(), Most: 1 << 20}, unit("keystone"))
	require.NoError(t, err)
	require.Equal(t, "journal also.service keystone.service: journalctl ended with status 3", taken.Cut, "a line that is too long breaks nothing")
	require.Equal(t, "1 line", taken.Has)
	require.Contains(t, string(file), " new word word")
}

// Whatever a rotation made of a file, the lines of the span are kept once: those of files that were
// put aside are read where the names are of what is wanted, and packed ones are no lines.
func TestRotatedLogsAreReadOnce(t *testing.T) {
	b := newBench(t)
	folder := t.TempDir()
	logs := &captures.Logs{Files: []string{folder + "/*.log*"}}
	now := time.Now().Format(time.DateTime)
	old := time.Now().Add(-time.Hour).Format(time.DateTime)
	require.NoError(t, os.WriteFile(folder+"/api.log.1", []byte(old+" old\n"+now+" before\n"), 0o600)) // moved, or copied
	require.NoError(t, os.WriteFile(folder+"/api.log", []byte(now+" after\n"), 0o600))
	require.NoError(t, os.WriteFile(folder+"/api.log.2.gz", []byte("\x1f\x8b\x08 packed\n\n"), 0o600))
	taken, file, err := b.take(t.Context(), logs, captures.Window{Before: 10 * time.Second, For: 5 * time.Second, Moment: time.Now().Add(-5 * time.Second), Most: 1 << 20})
	require.NoError(t, err)
	require.Equal(t, "2 lines", taken.Has)
	require.Equal(t, fmt.Sprintf("== %[1]s/api.log\n%[2]s after\n== %[1]s/api.log.1\n%[2]s before\n", folder, now), string(file))
	require.Contains(t, taken.Cut, folder+"/api.log: it begins at ")
	require.NotContains(t, taken.Cut, "gz")
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
		var out, wrong bytes.Buffer
		n.Run(t.Context(), node.Session{Line: "sh -c " + inventory.Quote(text), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &wrong})
		require.Empty(t, wrong.String())
		return out.String()
	}
	n.AppendLog("/var/log/keystone/keystone.log", "7 INFO here")
	run("systemd-run --quiet --unit=keystone.service true")
	logs := &captures.Logs{}
	services := []*inventory.Service{unit("keystone")}
	check := logs.Check(services)
	require.Empty(t, script.Check("captures", plainly(check)))
	require.Empty(t, run(check))
	w := captures.Window{Before: 10 * time.Second, For: 5 * time.Second, Moment: time.Now().Add(-5 * time.Second), Most: 1 << 20}
	require.Empty(t, script.Check("captures", plainly(logs.Script(services, w))))
	var file bytes.Buffer
	taken, err := captures.Take(t.Context(), printed(run(captures.Bounded(logs, services, w))), "ctl-1", logs, services, w, &file)
	require.NoError(t, err)
	require.Contains(t, taken.Cut, "/var/log/keystone/keystone.log: it begins at ")
	require.NotContains(t, taken.Cut, "journalctl")
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
