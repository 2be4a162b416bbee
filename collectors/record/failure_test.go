package record_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// failing writes failures as the load "boots" and gives the record's directory.
func failing(t *testing.T, samples ...record.Sample) string {
	t.Helper()
	w, err := record.Create(t.TempDir(), record.Meta{Scenario: "s", Clock: record.NewClock()})
	require.NoError(t, err)
	require.NoError(t, w.Event(record.Event{Started: &record.RunStarted{Scenario: "s"}}))
	load, err := w.Load("boots")
	require.NoError(t, err)
	for i, s := range samples {
		s.Iteration, s.End = int64(i), time.Duration(i)*time.Millisecond
		load.Sample(s)
	}
	require.NoError(t, w.Event(record.Event{Ended: &record.RunEnded{}}))
	require.NoError(t, w.Close())
	return w.Dir()
}

func failuresOf(t *testing.T, dir string) []record.Failure {
	t.Helper()
	run, err := record.Open(dir)
	require.NoError(t, err)
	found, err := run.Failures("boots")
	require.NoError(t, err)
	return found
}

func timeout(text string) record.Sample {
	return record.Sample{Operation: "boot", Class: record.Timeout, Err: errors.New(text)}
}

func TestTextsOfFailuresAreKeptByOperationClassAndText(t *testing.T) {
	unwell := record.Sample{Operation: "boot", Class: record.HTTP5xx, Status: 503, Err: errors.New("status 503")}
	dir := failing(t,
		record.Sample{Err: errors.New("it succeeded all the same")},
		record.Sample{Class: record.Aborted, Err: errors.New("cut by the end")},
		record.Sample{Class: record.Dropped},
		record.Sample{Operation: "boot", Class: record.Timeout, RequestID: "req-1", Err: errors.New("server 7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b11 is BUILD after 30s")},
		record.Sample{Operation: "boot", Class: record.Timeout, RequestID: "req-2", Err: errors.New("server 0a1b2c3d-1111-4b1b-9a3f-1c5e2f5a9b12 is BUILD after 31s")},
		timeout("server 7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b11 is ERROR after 30s"),
		unwell,
		record.Sample{Operation: "boot", Class: record.HTTP5xx, Status: 500, Err: errors.New("status 500")},
		unwell,
		record.Sample{Class: record.HTTP5xx, Status: 503, Err: errors.New("status 503")},
	)
	require.Equal(t, []record.Failure{
		{Operation: "boot", Class: "timeout", Text: "server ID is BUILD after 30s", At: 3e6, RequestID: "req-1", Count: 2, Examples: []record.Example{
			{Text: "server 7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b11 is BUILD after 30s", At: 3e6, RequestID: "req-1"},
			{Text: "server 0a1b2c3d-1111-4b1b-9a3f-1c5e2f5a9b12 is BUILD after 31s", At: 4e6, RequestID: "req-2"},
		}},
		{Operation: "boot", Class: "timeout", Text: "server ID is ERROR after 30s", At: 5e6, Count: 1, Examples: []record.Example{
			{Text: "server 7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b11 is ERROR after 30s", At: 5e6},
		}},
		{Operation: "boot", Class: "http_5xx", Text: "status 503", Status: 503, At: 6e6, Count: 2, Examples: []record.Example{{At: 6e6}}},
		{Operation: "boot", Class: "http_5xx", Text: "status 500", Status: 500, At: 7e6, Count: 1, Examples: []record.Example{{At: 7e6}}},
		{Class: "http_5xx", Text: "status 503", Status: 503, At: 9e6, Count: 1, Examples: []record.Example{{At: 9e6}}},
	}, failuresOf(t, dir))
}

// The same failure has one text, without ports, addresses and ids, and three examples as they
// were said: of different requests, or of moments that lie apart.
func TestTheSameFailureHasOneTextAndThreeExamples(t *testing.T) {
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"read tcp ADDRESS->ADDRESS: connection reset by peer", []string{
			"read tcp 192.0.2.7:40112->192.0.2.10:5000: connection reset by peer",
			"read tcp 192.0.2.7:40113->192.0.2.10:5000: connection reset by peer",
			"read tcp [2001:db8::7]:40114->[2001:db8::a%eth0]:5000: connection reset by peer",
			"read tcp [::1]:40115->[::1]:5000: connection reset by peer",
		}},
		{"Get \"http://keystone.example:PORT/v3/servers/ID\": EOF", []string{
			`Get "http://keystone.example:5000/v3/servers/7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b11": EOF`,
			`Get "http://keystone.example:35357/v3/servers/0123456789abcdef0123456789abcdef": EOF`,
		}},
		{"port fa:16 is no address, ADDRESS and req ID are, at 12:30:45 after 3 tries on port PORT", []string{
			"port fa:16 is no address, fa:16:3e:00:11:22 and req req-7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b11 are, at 12:30:45 after 3 tries on port 8774",
			"port fa:16 is no address, fe80::1 and req 7d4f6e0c-0000-4b1b-9a3f-1c5e2f5a9b12 are, at 12:30:45 after 3 tries on port 8775",
		}},
	} {
		var samples []record.Sample
		for n := range 12 {
			s := timeout(c.texts[n%len(c.texts)])
			s.RequestID = fmt.Sprint("req-", n)
			samples = append(samples, s)
		}
		found := failuresOf(t, failing(t, samples...))
		require.Len(t, found, 1)
		require.Equal(t, c.want, found[0].Text)
		require.EqualValues(t, 12, found[0].Count)
		require.Len(t, found[0].Examples, 3)
		for n, e := range found[0].Examples {
			require.Equal(t, c.texts[n%len(c.texts)], e.Text)
			require.Equal(t, fmt.Sprint("req-", n), e.RequestID)
			require.Equal(t, time.Duration(n)*time.Millisecond, e.At)
		}
	}
	var flood []record.Sample
	for range 4500 { // a millisecond apart, and without an id
		flood = append(flood, timeout("no answer"))
	}
	found := failuresOf(t, failing(t, flood...))
	require.Equal(t, []record.Example{{At: 0}, {At: time.Second}, {At: 2 * time.Second}}, found[0].Examples)
}

// spelled is a number in letters: texts that differ in it are not alike.
func spelled(i int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i))
}

func TestAFloodOfTextsIsBounded(t *testing.T) {
	const flood = 100_000
	samples := make([]record.Sample, flood)
	for i := range samples {
		samples[i] = timeout(spelled(i) + strings.Repeat(" and so on", 200))
	}
	dir := failing(t, samples...)
	found := failuresOf(t, dir)
	require.Len(t, found, 106, "a hundred and five texts, and those whose text was not kept")
	var counted int64
	for i, f := range found {
		require.LessOrEqual(t, len(f.Text), 500)
		require.Equal(t, i == 105, f.Text == "")
		counted += f.Count
	}
	require.EqualValues(t, flood, counted)
	info, err := os.Stat(filepath.Join(dir, "errors", "boots.ndjson"))
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(200<<10))
}

func TestAFloodOfOperationsIsBounded(t *testing.T) {
	var samples []record.Sample
	for i := range 20_000 {
		s := timeout(spelled(i % 3))
		s.Operation, s.Class = fmt.Sprint("test ", i), []record.Class{record.Timeout, record.WrongResult}[i%2]
		samples = append(samples, s)
	}
	found := failuresOf(t, failing(t, samples...))
	var counted, others int64
	for _, f := range found {
		counted += f.Count
		if f.Operation == record.OtherOperations {
			others += f.Count
		}
	}
	require.Len(t, found, 56+2*3)
	require.EqualValues(t, 20_000, counted)
	require.EqualValues(t, 20_000-56, others)
}

func TestNoSecretInTheRecord(t *testing.T) {
	const secret = "gAAAAABmQk7y-Zt3Yv9Qw1Xs2Dc4Rf5Tg6Yh7Uj8Ik9Ol0Pq1Ws2Ed3Rf4Tg5Yh6Uj7"
	dir := failing(t,
		record.Sample{Operation: "X-Auth-Token: " + secret, Class: record.HTTP4xx, Err: errors.New(`POST /v3/auth/tokens: map[X-Auth-Token:[` + secret + `]]`)},
		record.Sample{Class: record.Connect, RequestID: "token=" + secret, Err: errors.New(`Get "http://admin:` + secret + `@10.0.0.1:5000/v3": EOF`)},
	)
	require.Len(t, failuresOf(t, dir), 2)
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "errors"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NotContains(t, string(text), secret[:20], path)
		require.Contains(t, string(text), record.Redacted)
		return err
	}))
}

func TestAFailureOfWhichNothingCanBeShownIsCountedAllTheSame(t *testing.T) {
	dir := failing(t, timeout(""), timeout("\x1b[31m\x00"), timeout(strings.Repeat("x", 5000)))
	found := failuresOf(t, dir)
	require.NotEmpty(t, found)
	var counted int64
	for _, f := range found {
		require.Equal(t, "(nothing was said that can be shown)", f.Text)
		counted += f.Count
	}
	require.EqualValues(t, 3, counted)
}

// A run that was killed has told each text and has counted none.
func TestTextsOfAKilledRun(t *testing.T) {
	dir := failing(t, timeout("no answer"), timeout("no answer"), timeout("half an answer"))
	path := filepath.Join(dir, "errors", "boots.ndjson")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(text), "\n")
	require.Len(t, lines, 2+2+1, "each when it is first said, and again when it is counted")
	require.NoError(t, os.WriteFile(path, []byte(lines[0]+lines[1]+lines[2][:20]), 0o644))
	found := failuresOf(t, dir)
	require.Equal(t, []record.Failure{
		{Operation: "boot", Class: "timeout", Text: "no answer", Examples: []record.Example{{}}},
		{Operation: "boot", Class: "timeout", Text: "half an answer", At: 2e6, Examples: []record.Example{{At: 2e6}}},
	}, found)
	run, err := record.Open(dir)
	require.NoError(t, err)
	reason, isCut := run.CutOff()
	require.True(t, isCut)
	require.Contains(t, reason, "boots.ndjson is torn")
}

func TestARecordOfAnEarlierVersionHasNoTexts(t *testing.T) {
	dir := failing(t, timeout("no answer"))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "errors")))
	require.Empty(t, failuresOf(t, dir))
	run, err := record.Open(dir)
	require.NoError(t, err)
	n := 0
	for s, err := range run.Samples("boots") {
		require.NoError(t, err)
		require.Equal(t, record.Timeout, s.Class)
		n++
	}
	require.Equal(t, 1, n)
}

func TestADamagedLineOfFailuresIsAnError(t *testing.T) {
	dir := failing(t, timeout("no answer"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "errors", "boots.ndjson"), []byte("{}\nnonsense\n"), 0o644))
	run, err := record.Open(dir)
	require.NoError(t, err)
	_, err = run.Failures("boots")
	require.ErrorContains(t, err, "read errors of boots, line 2")
}
