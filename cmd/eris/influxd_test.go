//go:build sinks

package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program is one that a test wants: what a variable says, or else what is in the PATH.
func program(t *testing.T, variable, name string) string {
	t.Helper()
	if path := os.Getenv(variable); path != "" {
		return path
	}
	path, err := exec.LookPath(name)
	require.NoError(t, err, "testenv/check --only sinks brings it; $%s says where it is", variable)
	return path
}

// freeAddress is one that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// beside starts a program that ends with the test, and returns what ends it sooner.
func beside(t *testing.T, dir, name string, args ...string) (stop func(syscall.Signal)) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(dir, filepath.Base(name)+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	require.NoError(t, log.Close())
	over := false
	stop = func(signal syscall.Signal) {
		if !over {
			over = true
			require.NoError(t, cmd.Process.Signal(signal))
			_ = cmd.Wait() // it was ended
		}
	}
	t.Cleanup(func() { stop(syscall.SIGKILL) })
	return stop
}

// influxd is a real InfluxDB 1.8 with a database called eris.
type influxd struct {
	t       *testing.T
	dir     string
	address string
	stop    func(syscall.Signal)
}

const influxdConf = `bind-address = %q
reporting-disabled = true
[meta]
dir = %q
[data]
dir = %q
wal-dir = %q
query-log-enabled = false
[http]
bind-address = %q
log-enabled = false
[logging]
level = "warn"
suppress-logo = true
`

func serveInflux(t *testing.T) *influxd {
	t.Helper()
	i := &influxd{t: t, dir: t.TempDir(), address: freeAddress(t)}
	conf := fmt.Sprintf(influxdConf, freeAddress(t), filepath.Join(i.dir, "meta"), filepath.Join(i.dir, "data"), filepath.Join(i.dir, "wal"), i.address)
	require.NoError(t, os.WriteFile(filepath.Join(i.dir, "influxd.conf"), []byte(conf), 0o600))
	i.start()
	require.Empty(t, i.must("CREATE DATABASE eris"))
	return i
}

// start starts it, with what it had.
func (i *influxd) start() {
	i.t.Helper()
	i.stop = beside(i.t, i.dir, program(i.t, "ERIS_TEST_INFLUXD", "influxd"), "run", "-config", filepath.Join(i.dir, "influxd.conf"))
	require.Eventually(i.t, func() bool {
		_, err := ask("http://"+i.address+"/health", nil, nil)
		return err == nil
	}, time.Minute, 50*time.Millisecond)
}

func (i *influxd) url() string { return "http://" + i.address }

// series is a table of an answer.
type series struct {
	Name    string
	Tags    map[string]string
	Columns []string
	Values  [][]any
}

// query asks in InfluxQL.
func (i *influxd) query(q string) ([]series, error) {
	var answer struct {
		Results []struct {
			Series []series
			Error  string
		}
	}
	if _, err := ask(i.url()+"/query", url.Values{"db": {"eris"}, "q": {q}}, &answer); err != nil {
		return nil, err
	}
	if why := answer.Results[0].Error; why != "" {
		return nil, fmt.Errorf("%s: %s", q, why)
	}
	return answer.Results[0].Series, nil
}

func (i *influxd) must(q string) []series {
	i.t.Helper()
	found, err := i.query(q)
	require.NoError(i.t, err)
	return found
}

// points counts those of a run, of each measurement by a field that each has.
func (i *influxd) points(run string) map[string]int64 {
	i.t.Helper()
	counts := map[string]int64{}
	for measurement, field := range map[string]string{
		"eris_run": "phase", "eris_load": "planned", "eris_fault": "active", "eris_event": "text", "eris_signal": "value", "eris_sample": "iteration",
	} {
		for _, s := range i.must(fmt.Sprintf(`SELECT count(%q) FROM %q WHERE "run" = '%s'`, field, measurement, run)) {
			n, is := s.Values[0][1].(float64)
			require.True(i.t, is)
			counts[measurement] += int64(n)
		}
	}
	return counts
}

// ask posts a form, or gets where there is none.
func ask(to string, form url.Values, into any) (text string, err error) {
	get := func() (*http.Response, error) { return http.Get(to) }
	if form != nil {
		get = func() (*http.Response, error) { return http.PostForm(to, form) }
	}
	answer, err := get()
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if answer.StatusCode/100 != 2 {
		return "", fmt.Errorf("%s: %s: %s", to, answer.Status, body)
	}
	if into != nil {
		return "", json.Unmarshal(body, into)
	}
	return string(body), nil
}
