package record

import (
	"regexp"
	"strings"
	"time"
)

// examplesMost is how many failures that are alike are kept one by one, and examplesApart how
// far apart those are that no request id tells from one another.
const (
	examplesMost  = 3
	examplesApart = time.Second
)

// Example is one failure of those that are alike.
type Example struct {
	Text      string        `json:"text,omitempty"` // as it was said; empty: as that of all
	At        time.Duration `json:"at_ns"`          // when it ended
	RequestID string        `json:"request_id,omitempty"`
	SentID    string        `json:"sent_id,omitempty"`
}

// exemplify keeps a failure as an example where it shows more than those before.
func (f *Failure) exemplify(s Sample, text string) {
	if len(f.Examples) >= examplesMost {
		return
	}
	for _, e := range f.Examples {
		if e.RequestID == s.RequestID && e.SentID == s.SentID && (e.RequestID+e.SentID != "" || s.End-e.At < examplesApart) {
			return
		}
	}
	f.Examples = append(f.Examples, Example{Text: strings.Clone(whole(text)), At: s.End, RequestID: s.RequestID, SentID: s.SentID})
}

// What stands in a text for an id, an address and a port: of two failures it is what differs
// though they are the same.
const (
	anID      = "ID"
	anAddress = "ADDRESS"
	portWord  = "PORT"
)

var (
	likeID      = regexp.MustCompile(`(?i)\b(?:req-|g-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{32,64}\b|\breq-[0-9a-f-]{8,}`)
	likeAddress = regexp.MustCompile(`(?i)\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|` + // of a card
		`\[[0-9a-f]*:[0-9a-f:.]*(?:%\w+)?\](?::\d{1,5})?|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?|` +
		`\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}\b|:\d{1,5}\b)?`)
	likePort = regexp.MustCompile(`(?i)((?://|\b(?:tcp|udp|lookup) )[a-z][\w.-]*|\blocalhost|\b[a-z][\w-]*(?:\.[\w-]+)+):\d{1,5}\b|(\bport[ =])\d{1,5}\b`)
)

// alike is what failures that are the same have in common: a text without ids, addresses and
// ports.
func alike(text string) string {
	text = likeID.ReplaceAllString(text, anID)
	text = likeAddress.ReplaceAllString(text, anAddress)
	return likePort.ReplaceAllStringFunc(text, func(found string) string {
		part := likePort.FindStringSubmatch(found)
		if part[2] != "" {
			return part[2] + portWord
		}
		return part[1] + ":" + portWord
	})
}
