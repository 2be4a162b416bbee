package kpi

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
)

// textsShown is how many texts a class of failure has in a result; its pages show fewer.
const textsShown = 100

// ErrorText is what was said of some failures of a class, with the first of them
// as the example. Texts that differ in numbers and ids alone count as one.
type ErrorText struct {
	Operation string `json:"operation,omitempty"` // the part of the iteration that failed; empty: the iteration
	Text      string `json:"text"`
	// Count is how many failures of the operation it stands for; null where the run
	// was cut off before they were counted.
	Count     *int64  `json:"count"`
	FirstAtMS float64 `json:"first_at_ms"`
	Status    int     `json:"status,omitempty"`
	RequestID string  `json:"request_id,omitempty"` // by which the service answered
	SentID    string  `json:"sent_id,omitempty"`    // with which it was asked
	// Examples are up to three of them as they were said; the first of all is one.
	Examples []ErrorExample `json:"examples,omitempty"`
}

// ErrorExample is one failure of those that are the same.
type ErrorExample struct {
	Text      string  `json:"text,omitempty"` // as it was said, where that is not the text of all
	AtMS      float64 `json:"at_ms"`
	RequestID string  `json:"request_id,omitempty"` // as of an ErrorText
	SentID    string  `json:"sent_id,omitempty"`
}

// readTexts gives the load's classes of failure their texts. No figure is made of
// them.
func (s *Series) readTexts(rec Record) error {
	if rec.Failures == nil {
		return nil
	}
	said, err := rec.Failures(s.Plan.Name)
	for class, e := range s.errors {
		e.Texts, e.Others = most(texts(said, class.String()), textsShown)
	}
	if err != nil {
		return fmt.Errorf("read errors of %s: %w", s.Plan.Name, err)
	}
	return nil
}

// OtherTexts is what was said of failures of a class beside the texts that are shown.
type OtherTexts struct {
	Texts int `json:"texts"` // how many
	// Count is how many failures they stand for; null where they were not all counted.
	Count *int64 `json:"count"`
}

// And is both together; either may be none.
func (o *OtherTexts) And(all []ErrorText) *OtherTexts {
	if len(all) == 0 {
		return o
	}
	sum := OtherTexts{Count: new(int64(0))}
	if o != nil {
		sum.Texts, sum.Count = o.Texts, o.Count
	}
	for _, t := range all {
		sum.Texts++
		if sum.Count == nil || t.Count == nil {
			sum.Count = nil
			continue
		}
		sum.Count = new(*sum.Count + *t.Count)
	}
	return &sum
}

// most are so many of them, and what the others are.
func most(all []ErrorText, n int) ([]ErrorText, *OtherTexts) {
	n = min(n, len(all))
	var none *OtherTexts
	return all[:n], none.And(all[n:])
}

// texts are those of a class, the most frequent first. What an operation has said is not
// repeated for the iteration that failed by it.
func texts(said []record.Failure, class string) []ErrorText {
	var found []ErrorText
	for _, f := range said {
		if f.Class != class || f.Text == "" || f.Operation == "" && slices.ContainsFunc(said, func(by record.Failure) bool {
			return by.Class == class && by.Operation != "" && record.Alike(by.Text, f.Text)
		}) {
			continue
		}
		t := ErrorText{Operation: f.Operation, Text: f.Text, FirstAtMS: milliseconds(f.At), Status: f.Status, RequestID: f.RequestID, SentID: f.SentID}
		if f.Count > 0 {
			t.Count = &f.Count
		}
		for _, e := range f.Examples {
			t.Examples = append(t.Examples, ErrorExample{e.Text, milliseconds(e.At), e.RequestID, e.SentID})
		}
		found = append(found, t)
	}
	slices.SortStableFunc(found, func(x, y ErrorText) int { return cmp.Compare(frequency(y), frequency(x)) })
	return found
}

func frequency(t ErrorText) int64 {
	if t.Count == nil {
		return 0
	}
	return *t.Count
}
