package record

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzOpen feeds any bytes as journal, samples, histograms and signals: the
// reader may refuse them, and must neither panic nor run on for ever.
func FuzzOpen(f *testing.F) {
	started := []byte(`{"seq":0,"at_ns":0,"type":"started","started":{"run":"x"}}` + "\n")
	e := encoder{operations: map[string]uint64{}}
	e.reset(nil)
	e.add(Sample{Iteration: 1, Operation: "auth", End: 5, Class: HTTP5xx, Status: 500, RequestID: "req", SentID: "sent"})
	e.add(Sample{Iteration: 2, Operation: "auth", End: 9})
	block := bytes.Clone(e.seal())
	h := NewHistogram()
	h.Record(5)
	line, err := Interval{To: intervalLength, Tag: tagOK, Latency: h}.line()
	require.NoError(f, err)
	f.Add(started, append([]byte(samplesMagic), block...), []byte(line), []byte(`{"signal":"a","at_ns":1,"value":2}`+"\n"))
	f.Add(append(started, "{}\n"...), []byte(samplesMagic), []byte("Tag=ok,NaN,1,1,x\n"), []byte("[]\n"))
	f.Fuzz(func(t *testing.T, journal, samples, hist, signals []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{
			"journal.ndjson": journal, "samples/a": samples, "hist/a.hlog": hist, "signals/a.ndjson": signals,
		} {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		}
		r, err := Open(dir)
		if err != nil {
			return
		}
		count := 0
		for s, err := range r.Samples("a") {
			if err == nil {
				require.LessOrEqual(t, s.Class, Dropped)
			}
			count++
		}
		require.LessOrEqual(t, count, len(samples)+1)
		for range r.Intervals("a") {
			count++
		}
		for range r.Signals() {
			count++
		}
	})
}

// FuzzBlock decodes any payload as if its checksum were right.
func FuzzBlock(f *testing.F) {
	e := encoder{operations: map[string]uint64{}}
	e.reset(nil)
	e.add(Sample{Iteration: 1, Operation: "auth", End: 5, Class: HTTP5xx, Status: 500, RequestID: "req"})
	e.add(Sample{Iteration: 2, Operation: "auth", End: 9})
	f.Add(bytes.Clone(e.buf[blockHeader:]))
	f.Fuzz(func(t *testing.T, payload []byte) {
		d := decoder{rest: payload}
		again := encoder{operations: map[string]uint64{}}
		again.reset(nil)
		var got []Sample
		for s, ok := d.next(); ok; s, ok = d.next() {
			got = append(got, s)
			again.add(s)
		}
		// What was read can be written and reads the same, but for the
		// request ids of successes, which are not kept.
		back := decoder{rest: again.buf[blockHeader:]}
		for _, want := range got {
			if want.Class == OK {
				want.RequestID = ""
			}
			s, ok := back.next()
			require.True(t, ok, back.err)
			require.Equal(t, want, s)
		}
	})
}
