package main_test

import (
	"bytes"
	"compress/gzip"
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
			said, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", said)
			run, err := reports.Open(filepath.Join(dir, "runs", "latest"))
			require.NoError(t, err)
			require.Len(t, run.Analysis.Result.Sinks, 1)
			account := run.Analysis.Result.Sinks[0]
			require.Positive(t, account.Produced)
			require.Equal(t, account.Produced, account.Written+account.Lost+account.Unsure)
			require.Equal(t, 1+account.Written, server.lines.Load(), "and the one by which it was tried")
			require.Less(t, run.Analysis.Result.DurationMS, 30_000.0, "the wait at the end is no part of the run")
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
}
