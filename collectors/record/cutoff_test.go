package record_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// written makes a record of many samples and returns its directory, not closed
// by an Ended event: what a killed run leaves.
func written(t *testing.T, count int) string {
	t.Helper()
	w := create(t)
	load, err := w.Load("tokens")
	require.NoError(t, err)
	for i := range count {
		at := time.Duration(i) * time.Millisecond
		load.Sample(record.Sample{Iteration: int64(i), Intended: at, Started: at, End: at + time.Millisecond})
	}
	require.NoError(t, w.Close())
	return w.Dir()
}

func TestATornTailIsLeftOutAndNamed(t *testing.T) {
	const count = 20_000
	dir := written(t, count)
	path := filepath.Join(dir, "samples", "tokens")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, cut := range []int{1, 7, 9, 20_000} {
		require.NoError(t, os.WriteFile(path, whole[:len(whole)-cut], 0o644))
		r := open(t, dir)
		reason, isCut := r.CutOff()
		require.True(t, isCut)
		require.Contains(t, reason, "without its last event")
		require.Contains(t, reason, "samples of tokens end in a torn block")
		got := all(t, r.Samples("tokens"))
		require.Greater(t, len(got), count/2)
		require.Less(t, len(got), count)
		require.Equal(t, int64(len(got)-1), got[len(got)-1].Iteration, "what is left is whole")
	}
}

func TestATailOfZerosIsATornTail(t *testing.T) {
	dir := written(t, 10)
	path := filepath.Join(dir, "samples", "tokens")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.Write(make([]byte, 4096))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.Len(t, all(t, open(t, dir).Samples("tokens")), 10)
}

func TestDamageInsideIsAnError(t *testing.T) {
	dir := written(t, 20_000)
	path := filepath.Join(dir, "samples", "tokens")
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw[1000] ^= 0xff
	require.NoError(t, os.WriteFile(path, raw, 0o644))
	var last error
	for _, err := range open(t, dir).Samples("tokens") {
		last = err
	}
	require.ErrorContains(t, last, "checksum differs")
}

func TestATornJournalLineIsLeftOut(t *testing.T) {
	dir := written(t, 1)
	f, err := os.OpenFile(filepath.Join(dir, "journal.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"seq":1,"no`)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	r := open(t, dir)
	require.Len(t, all(t, r.Events()), 1)
	reason, _ := r.CutOff()
	require.Contains(t, reason, "journal's last line is torn")
}

// journalOf is a record's journal, a line each, to be changed.
func journalOf(t *testing.T, notes int) (path string, lines []string) {
	t.Helper()
	w := create(t)
	for range notes {
		require.NoError(t, w.Event(record.Event{Note: &record.Note{Text: "x"}}))
	}
	require.NoError(t, w.Event(record.Event{Ended: &record.RunEnded{}}))
	require.NoError(t, w.Close())
	path = filepath.Join(w.Dir(), "journal.ndjson")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return path, strings.SplitAfter(strings.TrimRight(string(text), "\n"), "\n")
}

func TestAJournalWithLinesMissingDoubledOrMovedIsNotWhole(t *testing.T) {
	path, lines := journalOf(t, 4)
	require.Len(t, lines, 6)
	lines[5] += "\n"
	for name, c := range map[string]struct {
		order []int
		want  string
	}{
		"as it is": {[]int{0, 1, 2, 3, 4, 5}, ""},
		"missing":  {[]int{0, 1, 3, 4, 5}, "event 3 where 2 has to be"},
		"doubled":  {[]int{0, 1, 2, 2, 3, 4, 5}, "event 2 where 3 has to be"},
		"moved":    {[]int{0, 2, 1, 3, 4, 5}, "event 2 where 1 has to be"},
	} {
		text := ""
		for _, i := range c.order {
			text += lines[i]
		}
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		reason, cut := open(t, filepath.Dir(path)).CutOff()
		require.Equal(t, c.want != "", cut, name)
		require.Contains(t, reason, c.want, name)
	}
}

func TestARecordOfALaterVersionIsRefused(t *testing.T) {
	path, lines := journalOf(t, 0)
	require.Contains(t, lines[0], `"format":6,`)
	for _, was := range []string{"", `"format":1,`, `"format":2,`, `"format":3,`, `"format":4,`, `"format":5,`, `"format":6,`} { // that of before it was written is the first
		text := strings.Replace(strings.Join(lines, ""), `"format":6,`, was, 1)
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o600))
		_, cut := open(t, filepath.Dir(path)).CutOff()
		require.False(t, cut)
	}
	text := strings.Replace(strings.Join(lines, ""), `"format":6,`, `"format":7,`, 1)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	_, err := record.Open(filepath.Dir(path))
	require.ErrorContains(t, err, "; this one reads up to 6")
}

func TestOpenRefusesWhatIsNoRecord(t *testing.T) {
	_, err := record.Open(t.TempDir())
	require.ErrorContains(t, err, "no journal")
}

// TestARunningRecordCanBeRead shows what a kill -9 leaves: nobody closes, and
// after the flush interval the outcomes are there.
func TestARunningRecordCanBeRead(t *testing.T) {
	w := create(t)
	load, err := w.Load("tokens")
	require.NoError(t, err)
	for _, s := range samples() {
		load.Sample(s)
	}
	require.Eventually(t, func() bool {
		return len(all(t, open(t, w.Dir()).Samples("tokens"))) == len(samples())
	}, 30*time.Second, 20*time.Millisecond)
}

func TestManyWritersAtOnce(t *testing.T) {
	const workers, each = 8, 5000
	w := create(t)
	load, err := w.Load("tokens")
	require.NoError(t, err)
	var running sync.WaitGroup
	for n := range workers {
		running.Go(func() {
			for i := range each {
				load.Sample(record.Sample{Iteration: int64(n*each + i), End: time.Duration(i) * time.Millisecond})
				if i%1000 == 0 {
					_ = w.Event(record.Event{Note: &record.Note{Text: "x"}})
				}
			}
		})
	}
	running.Wait()
	require.NoError(t, w.Close())
	r := open(t, w.Dir())
	seen := map[int64]bool{}
	for s, err := range r.Samples("tokens") {
		require.NoError(t, err)
		seen[s.Iteration] = true
	}
	require.Len(t, seen, workers*each)
	total := int64(0)
	for _, i := range all(t, r.Intervals("tokens")) {
		total += i.Latency.Count()
	}
	require.Equal(t, int64(workers*each), total, "the histograms hold every outcome, in order or not")
	for i, e := range all(t, r.Events()) {
		require.Equal(t, int64(i), e.Seq)
	}
}

func TestProbeWritesAndLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	require.NoError(t, record.Probe(dir))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	require.ErrorContains(t, record.Probe(file), "probe record directory")
}

// TestProbeRefusesAFullDirectory runs itself again in a child whose files may
// not grow beyond 1 MiB, which a write meets like the end of a disk.
func TestProbeRefusesAFullDirectory(t *testing.T) {
	if dir := os.Getenv("ERIS_PROBE_CHILD"); dir != "" {
		signal.Ignore(syscall.SIGXFSZ)
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}))
		fmt.Println(record.Probe(dir))
		return
	}
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), "ERIS_PROBE_CHILD="+dir)
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "probe record directory")
	require.Contains(t, string(out), "file too large")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left, "the probe's file is removed")
}
