package kpi

import (
	"cmp"
	"slices"
	"time"
)

// Collecting is what a collector tells of itself on a node, or where it asks from here of all.
// Null is not known: the run was cut off before the collector had ended, or an older version has
// written the record.
type Collecting struct {
	Collector string `json:"collector"`
	Node      string `json:"node,omitempty"`
	// Sweeps gave values; Failed could not be read or asked for, sessions that broke and silences
	// among them.
	Sweeps *int64 `json:"sweeps"`
	Failed *int64 `json:"failed"`
	// MeanMS and LongestMS are how long a sweep took by the node's own word; null where there
	// was none.
	MeanMS    *float64 `json:"mean_ms"`
	LongestMS *float64 `json:"longest_ms"`
	// Gaps is how often values stopped, Expected of these while a declared fault had the node, and
	// GapMS how long they were missing in all, from when that was noticed.
	Gaps     int     `json:"gaps"`
	Expected int     `json:"gaps_expected"`
	GapMS    float64 `json:"gap_ms"`
}

// collecting are the accounts of all collectors, by their names and nodes.
func (a *Analysis) collecting() []Collecting {
	type who struct{ collector, node string }
	all := map[who]*Collecting{}
	silent := map[who]time.Duration{}
	spent := map[who]time.Duration{}
	var list []*Collecting
	for i, e := range a.history.collects {
		if e.State == "begins" || e.State == "ends" || e.State == "skipped" {
			continue // of one that waits for its moment, before there is a node
		}
		of := who{e.Collector, e.Node}
		c := all[of]
		if c == nil {
			c = &Collecting{Collector: e.Collector, Node: e.Node}
			all[of], list = c, append(list, c)
		}
		since, was := silent[of]
		switch {
		case e.State == "gap" && !was:
			c.Gaps, silent[of] = c.Gaps+1, e.at
			if a.silenced(e.Node, Span{e.at, a.silentUntil(i)}) {
				c.Expected++
			}
		case e.State != "gap" && was:
			c.GapMS += milliseconds(e.at - since)
			delete(silent, of)
		}
		if e.State != "stopped" {
			continue
		}
		if e.Took > 0 {
			c.LongestMS = new(max(milliseconds(e.Took), orZero(c.LongestMS)))
		}
		if e.Account != nil { // one that looks at a part of the run only may stop more than once
			c.Sweeps, c.Failed = new(orZero(c.Sweeps)+e.Account.Sweeps), new(orZero(c.Failed)+e.Account.Failed)
			if spent[of] += e.Account.Spent; *c.Sweeps > 0 {
				c.MeanMS = new(milliseconds(spent[of]) / float64(*c.Sweeps))
			}
		}
	}
	for of, since := range silent {
		all[of].GapMS += milliseconds(a.End - since)
	}
	slices.SortFunc(list, func(x, y *Collecting) int {
		return cmp.Or(cmp.Compare(x.Collector, y.Collector), cmp.Compare(x.Node, y.Node))
	})
	var rows []Collecting
	for _, c := range list {
		rows = append(rows, *c)
	}
	return rows
}

// orZero is a number, or zero where there is none yet.
func orZero[N int64 | float64](n *N) N {
	if n == nil {
		return 0
	}
	return *n
}
