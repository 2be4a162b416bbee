package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// sinkServer takes the point by which Eris tries it, and then does what it likes.
type sinkServer struct {
	*httptest.Server
	lines atomic.Int64
}

func serveSink(t *testing.T, does http.HandlerFunc) *sinkServer {
	t.Helper()
	s := &sinkServer{}
	tried := atomic.Bool{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		packed, err := gzip.NewReader(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body, err := io.ReadAll(packed)
		if err != nil {
			return // the run has given it up
		}
		if tried.Swap(true) && does != nil {
			does(w, r)
			return
		}
		s.lines.Add(int64(bytes.Count(body, []byte("\n"))))
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(s.Close)
	return s
}

// Whatever a database does, the run is the same: it passes, its record is whole, what the
// database has not is counted and said, and the token stands nowhere.
func TestARunIsNoneTheWorseForItsDatabase(t *testing.T) {
	t.Parallel()
	const token = "hunter2-hunter2"
	for name, c := range map[string]struct {
		does http.HandlerFunc
		says string // of what is missing; empty: nothing is
	}{
		"well":   {},
		"silent": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "of .* nobody knows \\(no answer within 5s\\)"},
		"unauthorized": {func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "no: "+r.Header.Get("Authorization"), http.StatusUnauthorized)
		}, "are lost \\(401 Unauthorized: no: Token REDACTED\\)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, dir := serveSink(t, c.does), t.TempDir()
			cmd := exec.CommandContext(t.Context(), "eris", "run", "keystone-max-loss", "--small", "--quiet", "--influxdb", server.URL, "--influxdb-org", "acme")
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "INFLUX_TOKEN="+token)
			began := time.Now()
			said, err := cmd.CombinedOutput()
			took := time.Since(began)
			require.Contains(t, []int{kpi.ExitPass, kpi.ExitUnknown}, cmd.ProcessState.ExitCode(), "%v: %s", err, said) // unknown: this machine was slow
			run, err := reports.Open(filepath.Join(dir, "runs", "latest"))
			require.NoError(t, err)
			require.Len(t, run.Analysis.Result.Sinks, 1)
			account := run.Analysis.Result.Sinks[0]
			require.Positive(t, account.Produced)
			require.Equal(t, account.Produced, account.Written+account.Lost+account.Unsure)
			require.Equal(t, 1+account.Written, server.lines.Load(), "and the one by which it was tried")
			last := run.Record.Events[len(run.Record.Events)-1]
			require.NotNil(t, last.Note.Sink)
			for _, e := range run.Record.Events {
				require.LessOrEqual(t, e.At, last.At, "the account is of the run's end, and nothing is later")
				if e.Ended != nil {
					require.Equal(t, e.At, last.At)
				}
			}
			if waited := took - time.Duration(run.Analysis.Result.DurationMS)*time.Millisecond; name == "silent" {
				require.Greater(t, waited, 10*time.Second, "the wait at the end is no part of the run")
			}
			if c.says == "" {
				require.Zero(t, account.Lost+account.Unsure)
				require.NotContains(t, string(said), "InfluxDB")
			} else {
				require.Regexp(t, `(?m)^eris: InfluxDB: 0 of .* points were written, .*`+c.says+"; the record has all of it$", string(said))
			}
			require.NotContains(t, string(said), token)
			nowhere(t, dir, token)
		})
	}
}

// nowhere looks for a text in all files below a folder.
func nowhere(t *testing.T, dir, text string) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files++
		has, err := os.ReadFile(path)
		require.NotContains(t, string(has), text, path)
		return err
	}))
	require.Greater(t, files, 10)
}

// After an interrupt nobody waits long for a database that does not answer.
func TestAnInterruptedRunWaitsForNoDatabase(t *testing.T) {
	t.Parallel()
	server := serveSink(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	dir := t.TempDir()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "eris", "run", "keystone-max-loss", "--plain", "--influxdb", server.URL)
	out, err := cmd.StderrPipe()
	require.NoError(t, err)
	cmd.Dir = dir
	require.NoError(t, cmd.Start())
	chunk := make([]byte, 4096)
	var interrupted time.Time
	for {
		n, err := out.Read(chunk)
		said.Write(chunk[:n])
		if interrupted.IsZero() && strings.Contains(said.String(), "phase baseline") {
			interrupted = time.Now()
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
		}
		if err != nil {
			break
		}
	}
	_ = cmd.Wait()
	require.Equal(t, kpi.ExitStopped, cmd.ProcessState.ExitCode(), said.String())
	require.False(t, interrupted.IsZero(), said.String())
	run, err := reports.Open(filepath.Join(dir, "runs", "latest"))
	require.NoError(t, err)
	require.Zero(t, run.Analysis.Result.Sinks[0].Written)
	require.Empty(t, run.Analysis.CutOff)
	journal, err := os.Stat(filepath.Join(dir, "runs", "latest", "journal.ndjson"))
	require.NoError(t, err)
	over := run.Record.Meta.At.Add(time.Duration(run.Analysis.Result.DurationMS) * time.Millisecond)
	require.Less(t, journal.ModTime().Sub(over), 9*time.Second, "the account is written last, and ten seconds a run waits that nobody has interrupted")
}

// The result does not wait for a database: who is killed while the last points are on
// their way has left a whole record, and what it came to.
func TestTheResultWaitsForNoDatabase(t *testing.T) {
	t.Parallel()
	server := serveSink(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	dir := t.TempDir()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "eris", "run", "keystone-max-loss", "--small", "--quiet", "--influxdb", server.URL)
	cmd.Dir, cmd.Stderr = dir, &said
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	latest := filepath.Join(dir, "runs", "latest")
	for {
		if _, err := os.Stat(filepath.Join(latest, "report.html")); err == nil {
			break
		}
		select {
		case <-ended:
			require.Fail(t, "it ended without a report", said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, <-ended, "it was still there")

	text, err := os.ReadFile(filepath.Join(latest, "run.json"))
	require.NoError(t, err)
	var result kpi.Result
	require.NoError(t, json.Unmarshal(text, &result))
	require.Equal(t, kpi.Pass, result.Verdict)
	require.Empty(t, result.Sinks, "of which nobody knows yet")
	run, err := reports.Open(latest)
	require.NoError(t, err)
	require.Empty(t, run.Analysis.CutOff)
	var again bytes.Buffer
	require.NoError(t, reports.WriteJSON(&again, &run.Analysis.Result))
	require.Equal(t, again.String(), string(text))
	differ, err := record.Verify(latest)
	require.NoError(t, err)
	require.Empty(t, differ)
}
