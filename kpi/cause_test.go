package kpi_test

import (
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// scene is a run of 120 s with a fault from 30 s that is undone at 50.7 s, of which one
// promise is broken.
type scene struct {
	promise string
	kind    string // of the fault
	targets []record.Target
	trouble []example.Trouble
	class   record.Class // instead of what the troubles cause; OK: as they do
	status  int
	text    string
	half    record.Class // of every second failure; OK: all are alike
	signals []reading
	events  []record.Event
	none    bool // there was no fault
}

// reading is a signal over the run; NaN where it was not read.
type reading struct {
	signal string
	labels map[string]string
	value  func(second float64) float64
}

// during is a value within two moments, and another without.
func during(from, to, value, otherwise float64) func(float64) float64 {
	return func(s float64) float64 {
		if s >= from && s < to {
			return value
		}
		return otherwise
	}
}

func label(name, value, node string) map[string]string {
	return map[string]string{"node": node, name: value}
}

func (s scene) compute(t *testing.T) *kpi.Analysis {
	t.Helper()
	promise := s.promise
	if promise == "" {
		promise = `availability("tokens") >= 99.999%`
	}
	j := example.NewJournal("drill", 20, promise)
	j.Meta.Command = []string{"/usr/bin/eris", "run", "drill", "-i", "prod.yaml", "--out", "there", "--seed=9", "--repeat", "5"}
	kind := s.kind
	if kind == "" {
		kind = "service.kill"
	}
	if s.targets == nil {
		s.targets = []record.Target{{Node: "ctl-2", Service: "keystone"}}
	}
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Phase(25*time.Second, "chaos")
	if !s.none {
		j.Declare("lose", kind, 20*time.Second, "keystone", s.targets...)
		j.Strike("lose", 30*time.Second, "it is gone")
		j.Undo("lose", 50*time.Second, "engine")
	}
	j.Phase(70*time.Second, "recovery")
	for _, e := range s.events {
		j.Add(110*time.Second, e)
	}
	j.End(120 * time.Second)
	rec := j.Record(example.Cloud{})
	rec.Samples, rec.Failures, rec.Signals = s.samples, s.failures, s.readings
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

func (s scene) samples(string) iter.Seq2[record.Sample, error] {
	service := example.Service{Seed: 1, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 4 * time.Second, Troubles: s.trouble}
	return func(yield func(record.Sample, error) bool) {
		failed := 0
		for a, err := range service.Open(20, false, 120*time.Second)("tokens") {
			if a.Class != record.OK && a.Class != record.Aborted {
				if failed++; s.half != record.OK && failed%2 == 0 {
					a.Class, a.Status = s.half, 0
				} else if s.class != record.OK {
					a.Class, a.Status = s.class, s.status
				}
				a.RequestID = "req-" + strings.Repeat("0", failed%7) + "1"
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

func (s scene) failures(load string) ([]record.Failure, error) {
	var first record.Failure
	for a := range s.samples(load) {
		if a.Class == record.OK || a.Class == record.Aborted {
			continue
		}
		if first.Count == 0 {
			first = record.Failure{Class: a.Class.String(), Text: s.text, At: a.End, Status: a.Status}
		}
		if a.Class.String() == first.Class {
			first.Count++
		}
	}
	if first.Count == 0 || s.text == "" {
		return nil, nil
	}
	return []record.Failure{first}, nil
}

func (s scene) readings() iter.Seq2[record.Reading, error] {
	return func(yield func(record.Reading, error) bool) {
		for _, r := range s.signals {
			for second := 0.0; second < 120; second++ {
				if value := r.value(second); !math.IsNaN(value) && !yield(record.Reading{Signal: r.signal, Labels: r.labels, At: time.Duration(second * float64(time.Second)), Value: value}, nil) {
					return
				}
			}
		}
	}
}

// causesOf are the rules that told something of the first gap, which there must be.
func causesOf(t *testing.T, a *kpi.Analysis) (rules []string, gap kpi.Gap) {
	t.Helper()
	require.NotEmpty(t, a.Result.Gaps)
	gap = a.Result.Gaps[0]
	for _, h := range gap.Hypotheses {
		rules = append(rules, h.Rule)
		require.True(t, strings.HasPrefix(h.Text, "hypothesis: "), h.Text)
		require.NotEmpty(t, h.StandsOn, h.Rule)
	}
	require.Equal(t, len(rules) == 0, strings.HasPrefix(gap.NoHypothesis, "no hypothesis: "), gap.NoHypothesis)
	return rules, gap
}

func fails(from, to float64) []example.Trouble {
	o := outFrom(from, to)
	o.Harm, o.Factor = example.Fails, 1
	return []example.Trouble{o}
}

func partly(from, to float64) []example.Trouble {
	o := outFrom(from, to)
	o.Harm, o.Factor = example.Fails, 0.3
	return []example.Trouble{o}
}

// Of what the load was told each kind has a rule of its own, and no other tells of it.
func TestACauseByWhatTheLoadWasTold(t *testing.T) {
	silent := outFrom(31, 45)
	silent.Harm = example.Silences
	for name, c := range map[string]struct {
		scene
		rule string // empty: none
	}{
		"proxy's own":     {scene{trouble: partly(31, 45), class: record.HTTP5xx, status: 503, text: "503 Service Unavailable</h1> No server is available to handle this request."}, "proxy-without-server"},
		"gateway waits":   {scene{trouble: partly(31, 45), class: record.HTTP5xx, status: 504, text: "504 Gateway Time-out"}, "proxy-waited-in-vain"},
		"gateway is cut":  {scene{trouble: partly(31, 45), class: record.HTTP5xx, status: 502, text: "502 Bad Gateway"}, "server-went-away"},
		"service":         {scene{trouble: partly(31, 45), class: record.HTTP5xx, status: 500, text: "An unexpected error prevented the server from fulfilling your request."}, "service-failed"},
		"5xx, text lost":  {scene{trouble: partly(31, 45), class: record.HTTP5xx, status: 503}, ""},
		"refused":         {scene{trouble: partly(31, 45), class: record.Connect, text: "dial tcp 198.51.100.7:5000: connect: connection refused"}, "refused"},
		"no route":        {scene{trouble: partly(31, 45), class: record.Connect, text: "dial tcp 198.51.100.7:5000: connect: no route to host"}, "unreachable"},
		"reset":           {scene{trouble: partly(31, 45), class: record.Connect, text: "read: connection reset by peer"}, "cut-off"},
		"certificate":     {scene{trouble: partly(31, 45), class: record.Connect, text: "x509: certificate has expired"}, ""},
		"401":             {scene{trouble: partly(31, 45), class: record.HTTP4xx, status: 401, text: "The request you have made requires authentication."}, "not-authenticated"},
		"404":             {scene{trouble: partly(31, 45), class: record.HTTP4xx, status: 404, text: "Could not find it"}, ""},
		"quota":           {scene{trouble: partly(31, 45), class: record.Quota, status: 403, text: "Quota exceeded"}, "over-quota"},
		"conflict":        {scene{trouble: partly(31, 45), class: record.Conflict, status: 409, text: "it is building"}, "in-conflict"},
		"wrong result":    {scene{trouble: partly(31, 45), class: record.WrongResult, text: "no JSON"}, ""},
		"no answer":       {scene{trouble: []example.Trouble{silent}, promise: `availability("tokens") >= 99%`}, "no-answer"},
		"of two kinds":    {scene{trouble: partly(31, 45), class: record.Connect, text: "connection refused", half: record.Timeout}, ""},
		"few":             {scene{trouble: partly(31, 31.4), class: record.Connect, text: "connection refused"}, ""},
		"when none was":   {scene{trouble: partly(60, 75), class: record.Connect, text: "connection refused", none: true}, "refused"},
		"before and then": {scene{trouble: append(partly(8, 24), partly(31, 45)...), class: record.Connect, text: "connection refused"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			rules, gap := causesOf(t, c.compute(t))
			of := rules[:0:0]
			for _, r := range rules { // when it began is another matter
				if r != "took-over-late" {
					of = append(of, r)
				}
			}
			if c.rule == "" {
				require.Empty(t, of)
				return
			}
			require.Equal(t, []string{c.rule}, of)
			require.Contains(t, gap.Hypotheses[0].StandsOn[0], "failures of tokens that ended from 00:")
			if c.text != "" && c.class != record.Quota && c.class != record.Conflict {
				require.Contains(t, gap.Hypotheses[0].StandsOn[1], "most of them: ")
			}
		})
	}
}

// A network that drops packets, a service that hangs and one that is slow look alike to a
// load.
func TestATimeOutIsReadByTheKindOfFault(t *testing.T) {
	silent := outFrom(31, 45)
	silent.Harm = example.Silences
	for kind, says := range map[string]string{
		"service.kill": "waited for something that did not answer", "network.partition": "vanished without a word",
		"service.freeze": "went on taking connections and answered none", "network.delay": "answered too late for the time limit",
	} {
		s := scene{kind: kind, trouble: []example.Trouble{silent}, promise: `availability("tokens") >= 99%`}
		_, gap := causesOf(t, s.compute(t))
		require.Contains(t, gap.Hypotheses[0].Text, says)
		require.Contains(t, gap.Hypotheses[0].StandsOn[1], kind)
	}
}

// A cause by the moments: what began with the fault and ended before, with or after its undo.
func TestACauseByWhenItWas(t *testing.T) {
	slow := example.Trouble{From: 30 * time.Second, To: 50 * time.Second, Harm: example.Slows, Factor: 3}
	for name, c := range map[string]struct {
		scene
		rules []string
	}{
		"took over":                 {scene{trouble: fails(30, 41)}, []string{"took-over-late"}},
		"nothing took over":         {scene{trouble: fails(30, 51)}, []string{"nothing-took-over"}},
		"hurt by the undo":          {scene{trouble: fails(50.5, 58)}, []string{"undo-hurt"}},
		"hurt by both":              {scene{trouble: append(fails(32, 38), fails(50.5, 60)...)}, []string{"undo-hurt"}},
		"long after the undo":       {scene{trouble: fails(30, 66), promise: `time_to_recover("lose") <= 5s`}, []string{"nothing-took-over", "slow-to-return"}},
		"soon after the undo":       {scene{trouble: fails(30, 56), promise: `time_to_recover("lose") <= 5s`}, []string{"nothing-took-over"}},
		"over before the undo":      {scene{trouble: append(fails(30, 43), fails(52, 64)...), promise: `outage("tokens") <= 5s`}, []string{"took-over-late"}},
		"in the middle of it":       {scene{trouble: fails(36, 44)}, nil},
		"without a fault":           {scene{trouble: fails(36, 44), none: true}, nil},
		"before the fault":          {scene{trouble: fails(8, 16)}, nil},
		"slow while held":           {scene{trouble: []example.Trouble{slow}, promise: `p50("tokens", "chaos") <= 1 * p50("tokens", "baseline")`}, []string{"survivors-slow"}},
		"slow by the network":       {scene{kind: "network.delay", trouble: []example.Trouble{slow}, promise: `p50("tokens", "chaos") <= 1 * p50("tokens", "baseline")`}, []string{"slow-member"}},
		"slow by what is not known": {scene{kind: "memcached.flush", trouble: []example.Trouble{slow}, promise: `p50("tokens", "chaos") <= 1 * p50("tokens", "baseline")`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.text = "" // of 5xx without a text nothing is told
			rules, _ := causesOf(t, c.compute(t))
			require.Equal(t, c.rules, rules)
		})
	}
}
