package kpi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// with judges a run whose arrivals fail for five seconds, and of which that was said.
func with(t *testing.T, said []record.Failure, damage error) *kpi.Analysis {
	t.Helper()
	rec := example.Passing()
	rec.Meta.Objectives = []string{`availability("tokens") >= 90%`}
	rec.Meta.Loads[0].Rate = 10
	rec.Samples = steady(func(s *record.Sample) {
		if between(s, 31, 34) {
			fail(s)
		}
	})
	rec.Failures = func(load string) ([]record.Failure, error) {
		require.Equal(t, "tokens", load)
		return said, damage
	}
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

func TestAClassHasItsTextsTheMostFrequentFirst(t *testing.T) {
	said := func(operation, text string, count int64) record.Failure {
		return record.Failure{Operation: operation, Class: "http_5xx", Text: text, At: 31050 * time.Millisecond, Status: 503, RequestID: "req-1", Count: count}
	}
	a := with(t, []record.Failure{
		said("boot", "server a1 is lost", 3), said("boot", "rare", 1), said("delete", "often", 20), said("delete", "second", 9),
		said("", "server b2 is lost", 3), // the iteration's own, by the operation's failure
		said("", "", 50),
		{Class: "timeout", Text: "of operations that were tried again", Count: 99},
	}, nil)
	count := func(n int64) *int64 { return &n }
	require.Equal(t, []kpi.ErrorCount{{
		Class: "http_5xx", Count: 30, RequestIDs: []string{"req-1", "req-1", "req-1", "req-1", "req-1"},
		Texts: []kpi.ErrorText{
			{Operation: "delete", Text: "often", Count: count(20), FirstAtMS: 31050, Status: 503, RequestID: "req-1"},
			{Operation: "delete", Text: "second", Count: count(9), FirstAtMS: 31050, Status: 503, RequestID: "req-1"},
			{Operation: "boot", Text: "server a1 is lost", Count: count(3), FirstAtMS: 31050, Status: 503, RequestID: "req-1"},
			{Operation: "boot", Text: "rare", Count: count(1), FirstAtMS: 31050, Status: 503, RequestID: "req-1"},
		},
	}}, a.Result.Loads[0].Errors)
}

func TestTextsThatWereNotCountedHaveNoCount(t *testing.T) {
	a := with(t, []record.Failure{{Class: "http_5xx", Text: "no answer"}}, nil)
	require.Equal(t, []kpi.ErrorText{{Text: "no answer"}}, a.Result.Loads[0].Errors[0].Texts)
}

func TestTextsChangeNoVerdict(t *testing.T) {
	silent := with(t, nil, nil)
	said := with(t, []record.Failure{{Class: "http_5xx", Text: "no answer", Count: 50}, {Operation: "x", Class: "wrong_result", Text: "lost", Count: 1e9}}, nil)
	require.Equal(t, kpi.Pass, silent.Result.Verdict)
	said.Result.Loads[0].Errors[0].Texts = nil
	for n := range said.Result.Gaps { // what may have caused one is told by them, too
		silent.Result.Gaps[n].Hypotheses, said.Result.Gaps[n].Hypotheses = nil, nil
	}
	require.Equal(t, silent.Result, said.Result)
}

func TestTextsThatCannotBeReadAreDamageOfTheRecord(t *testing.T) {
	a := with(t, nil, errors.New("line 2"))
	require.Equal(t, kpi.Unknown, a.Result.Verdict)
	require.Contains(t, a.Result.Summary, "line 2")
}
