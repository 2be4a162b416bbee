package ssh

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// stretches keeps what programs tell of.
type stretches struct {
	loadgen.Unrecorded
	names  []string
	from   []time.Duration // of began
	lasted []time.Duration
	ends   []loadgen.Outcome
	began  time.Time
	// figures are what was measured, the time left out, which is that of an end.
	figures []loadgen.Figure
	at      []time.Duration // of began
}

func (s *stretches) figure(f loadgen.Figure) {
	s.at = append(s.at, f.At.Sub(s.began).Round(time.Millisecond))
	f.At = time.Time{}
	s.figures = append(s.figures, f)
}

func (s *stretches) Told(name string, began, ended time.Time, o loadgen.Outcome) {
	s.names = append(s.names, name)
	s.from = append(s.from, began.Sub(s.began).Round(time.Millisecond))
	s.lasted = append(s.lasted, ended.Sub(began).Round(time.Millisecond))
	s.ends = append(s.ends, o)
}

// recorded is what the program has said, of iperf3 3.12 and fio 3.33.
func recorded(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	return text
}

// measured judges a recording of iperf3.
func measured(t *testing.T, text []byte, took time.Duration, change func(*Iperf3)) (told *stretches, err error) {
	t.Helper()
	var r iperf3Report
	require.NoError(t, json.Unmarshal(text, &r))
	w := NewIperf3()
	change(w)
	told = &stretches{began: time.Now()}
	s := &sending{*w, &way{env: loadgen.Env{Figure: told.figure}}}
	err = s.judge(told, r, told.began, took)
	return told, err
}

func TestEachSecondOfIperf3IsAnOperation(t *testing.T) {
	for file, of := range map[string]struct {
		udp    bool
		rates  []float64 // bytes a second
		from   []time.Duration
		lasted []time.Duration
	}{
		"iperf3-tcp.json":     {false, []float64{469857027, 547473496}, []time.Duration{0, 1144 * time.Millisecond}, []time.Duration{1144 * time.Millisecond, 862 * time.Millisecond}},
		"iperf3-udp.json":     {true, []float64{1230738, 1293025}, []time.Duration{0, 1012 * time.Millisecond}, []time.Duration{1012 * time.Millisecond, 988 * time.Millisecond}},
		"iperf3-reverse.json": {false, []float64{1027356303, 845574746}, []time.Duration{0, 1002 * time.Millisecond}, []time.Duration{1002 * time.Millisecond, 1027 * time.Millisecond}},
	} {
		told, err := measured(t, recorded(t, file), 3*time.Second, func(w *Iperf3) { w.UDP = of.udp })
		require.NoError(t, err, file)
		require.Equal(t, []string{"iperf3.second", "iperf3.second"}, told.names, file)
		require.Equal(t, of.from, told.from, file)
		require.Equal(t, of.lasted, told.lasted, file)
		require.Equal(t, make([]loadgen.Outcome, 2), told.ends, file)
		for n, rate := range of.rates {
			require.InDelta(t, rate, told.figures[n].Value, 1, file)
			require.Equal(t, told.from[n]+told.lasted[n], told.at[n], file)
			told.figures[n].Value = 0
			require.Equal(t, loadgen.Figure{Name: "iperf3.throughput"}, told.figures[n], file)
		}
		lost := []loadgen.Figure{}
		if of.udp {
			lost = append(lost, loadgen.Figure{Name: "iperf3.lost"})
		}
		require.Equal(t, lost, told.figures[2:], file)
	}
}

func TestTooLittleOfIperf3IsWrong(t *testing.T) {
	fails := func(text []byte, says string, change func(*Iperf3)) *stretches {
		told, err := measured(t, text, 3*time.Second, change)
		require.EqualError(t, err, says)
		require.ErrorAs(t, err, new(*wrongError))
		return told
	}
	udp := string(recorded(t, "iperf3-udp.json"))
	told := fails([]byte(udp), "less got through than 1285000B a second", func(w *Iperf3) { w.UDP, w.Least = true, 1285000 })
	require.Equal(t, record.WrongResult, told.ends[0].Class)
	require.Equal(t, record.OK, told.ends[1].Class, "the one second had enough")
	lossy := strings.ReplaceAll(udp, `"lost_percent":	0`, `"lost_percent":	2.5`)
	fails([]byte(lossy), "more datagrams were lost than 2%", func(w *Iperf3) { w.UDP, w.Lost = true, 0.02 })
	_, err := measured(t, []byte(lossy), 3*time.Second, func(w *Iperf3) { w.UDP, w.Lost = true, 0.025 })
	require.NoError(t, err)
	stalled := strings.Replace(udp, `"bytes":	1277952,
				"bits`, `"bytes":	0,
				"bits`, 1)
	require.NotEqual(t, udp, stalled)
	told, err = measured(t, []byte(stalled), 3*time.Second, func(w *Iperf3) { w.UDP = true })
	require.NoError(t, err)
	require.EqualError(t, told.ends[1].Err, "nothing got through")
	rest := strings.Replace(stalled, `"seconds":	0.9883430004119873,
				"bytes":	0`, `"seconds":	0.0004,
				"bytes":	0`, 1)
	require.NotEqual(t, stalled, rest)
	told, err = measured(t, []byte(rest), 3*time.Second, func(w *Iperf3) { w.UDP = true })
	require.NoError(t, err)
	require.Len(t, told.ends, 1, "the rest of a second says nothing")
}

func TestWhatIperf3DoesNotSayIsNotTakenForNothing(t *testing.T) {
	const not = "read what iperf3 said: it does not say how much "
	tcp := string(recorded(t, "iperf3-tcp.json"))
	for says, text := range map[string]string{
		"iperf3: unable to connect to server: Connection refused": string(recorded(t, "iperf3-refused.json")),
		not + "has arrived":                `{}`,
		not + "has arrived ":               strings.Replace(tcp, `"sum_received"`, `"sum_sent2"`, 1),
		not + "has arrived  ":              `{"intervals": [{"sum": {"bytes": 1, "seconds": 1}}], "end": {"sum_received": {"seconds": 1}}}`,
		not + "has arrived   ":             `{"intervals": [{"sum": {"bytes": 1, "seconds": 1}}], "end": {"sum_received": {"bytes": 1}}}`,
		not + "has arrived    ":            `{"intervals": [], "end": {"sum_received": {"bytes": 1, "seconds": 1}}}`,
		not + "was sent in each interval":  `{"intervals": [{}], "end": {"sum_received": {"bytes": 1, "seconds": 1}}}`,
		not + "was sent in each interval ": `{"intervals": [{"sum": {"seconds": 1}}], "end": {"sum_received": {"bytes": 1, "seconds": 1}}}`,
	} {
		_, err := measured(t, []byte(text), 3*time.Second, func(*Iperf3) {})
		require.EqualError(t, err, strings.TrimRight(says, " "))
	}
	_, err := measured(t, []byte(tcp), 3*time.Second, func(w *Iperf3) { w.UDP = true })
	require.EqualError(t, err, not+"has arrived", "what is lost of datagrams")
	_, err = measured(t, []byte(tcp), 1500*time.Millisecond, func(*Iperf3) {})
	require.EqualError(t, err, "it tells of what was from 1.143742s to 2.005627s, and ran for 1.5s")
}

// stored judges a recording of fio.
func stored(t *testing.T, text []byte, change func(*Fio)) (*stretches, error) {
	t.Helper()
	job, err := readFio(text)
	require.NoError(t, err)
	w := NewFio()
	change(w)
	told := &stretches{began: time.Now()}
	s := &storing{*w, &way{env: loadgen.Env{Figure: told.figure}}}
	err = s.judge(told, job, told.began, 3*time.Second)
	return told, err
}

func TestWhatFioReadsAndWritesAreOperations(t *testing.T) {
	text := recorded(t, "fio-randrw.json")
	told, err := stored(t, text, func(*Fio) {})
	require.NoError(t, err)
	require.Equal(t, []string{"fio.read", "fio.write"}, told.names)
	require.Equal(t, []time.Duration{999 * time.Millisecond, 999 * time.Millisecond}, told.from, "the file was made first")
	require.Equal(t, []time.Duration{2001 * time.Millisecond, 2001 * time.Millisecond}, told.lasted)
	require.Len(t, told.figures, 6)
	require.Equal(t, []loadgen.Figure{
		{Name: "fio.operations", Value: 11285.857071, Labels: map[string]string{"way": "read"}},
		{Name: "fio.throughput", Value: 46226870, Labels: map[string]string{"way": "read"}},
		{Name: "fio.latency_p99", Value: 561152e-9, Labels: map[string]string{"way": "read"}},
	}, told.figures[:3])
	require.Equal(t, map[string]string{"way": "write"}, told.figures[5].Labels)

	told, err = stored(t, append([]byte("\nfio: a word before\n"), text...), func(w *Fio) { w.Mode = "randread" })
	require.NoError(t, err)
	require.Equal(t, []string{"fio.read"}, told.names)
	for says, change := range map[string]func(*Fio){
		"fio.read: fewer were done than 12000/s":                        func(w *Fio) { w.Least = 12000 },
		"fio.read: the slowest in a hundred took longer than 561.151µs": func(w *Fio) { w.Longest = 561151 },
	} {
		told, err := stored(t, text, change)
		require.EqualError(t, err, says)
		require.ErrorAs(t, err, new(*wrongError))
		require.Equal(t, record.WrongResult, told.ends[0].Class)
		require.EqualError(t, told.ends[0].Err, says)
	}
	_, err = stored(t, text, func(w *Fio) { w.Mode, w.Longest = "read", 561152 })
	require.NoError(t, err, "it took no longer")
}

func TestWhatFioDoesNotSayIsNotTakenForNothing(t *testing.T) {
	_, err := stored(t, recorded(t, "fio-error.json"), func(*Fio) {})
	require.EqualError(t, err, "fio: not a directory")
	for text, says := range map[string]string{
		`{"jobs": [{"error": 0, "read": {}, "write": {}}]}`:                                                    "read what fio said: it does not say how fast it was (fio.read)",
		`{"jobs": [{"error": 0, "read": {"iops": 1, "runtime": 1000, "total_ios": 1}}]}`:                       "read what fio said: it does not say how fast it was (fio.read)",
		`{"jobs": [{"error": 0, "read": {"iops": 0, "runtime": 1000, "total_ios": 0}}]}`:                       "read what fio said: it does not say how fast it was (fio.write)",
		`{"jobs": [{"error": 0, "read": {"iops": 0, "runtime": 1000}, "write": {"iops": 0, "runtime": 9e3}}]}`: "it tells of what was from -6s to 3s, and ran for 3s",
	} {
		_, err := stored(t, []byte(text), func(*Fio) {})
		require.EqualError(t, err, says)
	}
	for _, text := range []string{"", "fio: no", `{"jobs": []}`, `{"jobs": [{}]}`, `{"jobs": [{"error": 0}, {"error": 0}]}`, string(recorded(t, "fio-randrw.json"))[:900]} {
		_, err := readFio([]byte(text))
		require.Error(t, err, text)
	}
}
