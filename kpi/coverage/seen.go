package coverage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// Seen is a gap over all runs of a scenario on a cloud: the same wherever its words are the
// same, whatever the numbers beside them.
type Seen struct {
	ID       string   `json:"id"` // six digits, the same as long as cloud, scenario and words are
	Cloud    string   `json:"cloud"`
	Scenario string   `json:"scenario"`
	Gap      kpi.Gap  `json:"gap"` // as it was seen last
	Times    int      `json:"times"`
	Runs     int      `json:"runs"` // of that scenario on that cloud that could have shown it
	First    Evidence `json:"first"`
	Last     Evidence `json:"last"`
	// Vanished tells that the newest run that could have shown it did not.
	Vanished bool `json:"vanished"`
	// Requests are ids by which the cloud's logs are searched, of the most frequent
	// failure of the run that has shown it last.
	Requests []string `json:"request_ids,omitempty"`
	// Known is the entry of the known issues that fits; null: none does.
	Known *Known `json:"known,omitempty"`
}

// Known is an issue that somebody has written down: what its gap's words contain, and
// where it is followed.
type Known struct {
	Gap      string `json:"gap"`
	Scenario string `json:"scenario,omitempty"` // empty: any
	Link     string `json:"link"`
	Note     string `json:"note,omitempty"`
}

// fits tells whether a gap is that issue's.
func (k Known) fits(s *Seen) bool {
	return strings.Contains(s.Gap.What, k.Gap) && (k.Scenario == "" || k.Scenario == s.Scenario)
}

// Gaps counts the gaps of runs; those that are there still come first, then those that
// were seen most often. Beside it are the known issues that fit none that is there still.
func Gaps(runs []Run, known []Known) (gaps []Seen, vanished []Known) {
	type sort struct{ cloud, scenario string }
	shown := map[sort]int{}
	all := map[sort][]*Seen{}
	for _, run := range inOrder(runs) {
		of := sort{run.Result.Cloud.Name, run.Result.Scenario.Name}
		if !whole(run.Result) && len(run.Result.Gaps) == 0 {
			continue // it could not have shown one
		}
		shown[of]++
		for _, s := range all[of] {
			s.Vanished = true
		}
		for _, g := range run.Result.Gaps {
			at := slices.IndexFunc(all[of], func(s *Seen) bool { return s.Gap.What == g.What })
			if at < 0 {
				at = len(all[of])
				all[of] = append(all[of], &Seen{ID: idOf(of.cloud, of.scenario, g.What), Cloud: of.cloud, Scenario: of.scenario, First: run.evidence("gaps")})
			}
			s := all[of][at]
			if s.Times > 0 && s.Last.Run == run.Result.Run {
				continue // two promises of the same words
			}
			s.Gap, s.Last, s.Vanished, s.Requests = g, run.evidence("gaps"), false, requests(run.Result)
			s.Times++
		}
	}
	fitting := make([]bool, len(known))
	for of, list := range all {
		for _, s := range list {
			s.Runs = shown[of]
			for n, k := range known {
				if k.fits(s) {
					s.Known = &known[n]
					fitting[n] = fitting[n] || !s.Vanished
				}
			}
			gaps = append(gaps, *s)
		}
	}
	for n, k := range known {
		if !fitting[n] {
			vanished = append(vanished, k)
		}
	}
	slices.SortFunc(gaps, func(a, b Seen) int {
		return cmp.Or(strings.Compare(a.Cloud, b.Cloud), -boolean(b.Vanished)+boolean(a.Vanished), b.Times-a.Times,
			strings.Compare(a.Scenario, b.Scenario), strings.Compare(a.Gap.What, b.Gap.What))
	})
	return gaps, vanished
}

// idOf is the beginning of the sum of what makes a gap the same.
func idOf(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:3])
}

// whole tells that a run came to its end and measured what it was to.
func whole(r *kpi.Result) bool {
	doubt := slices.ContainsFunc(r.Quality, func(q kpi.Quality) bool { return q.Verdict != kpi.Pass })
	idle := slices.ContainsFunc(r.Faults, func(f kpi.Fault) bool { return f.EffectiveAtMS == nil })
	return (r.Exit == kpi.ExitPass || r.Exit == kpi.ExitFail) && r.Verdict != kpi.Unknown && !doubt && !idle
}

// requests are the ids of the most frequent class of failures.
func requests(r *kpi.Result) []string {
	var most kpi.ErrorCount
	for _, l := range r.Loads {
		for _, e := range l.Errors {
			if len(e.IDs()) > 0 && e.Count > most.Count {
				most = e
			}
		}
	}
	ids := most.IDs()
	return ids[:min(len(ids), mostRequests)]
}

const mostRequests = 3

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
