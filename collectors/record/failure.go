package record

import (
	"cmp"
	"encoding/json"
	"hash/maphash"
	"slices"
	"strings"
	"time"
)

// Failures of a load are told apart by operation and class, and within these by
// what was said of them. However many there are and whatever the cloud says, a
// load keeps no more than these: 420 texts with three examples each, some 1.2 MB.
const (
	kindsMost = 56  // of operation and class; beyond it operations have one name
	textsMost = 5   // of each, whatever the others have
	textsMore = 100 // beyond these, of all together
	textMost  = 500 // bytes
)

// IDMost is how many bytes of a request's id, or of an operation's name, are kept: what
// the cloud says it is may be anything.
const IDMost = 100

// OtherOperations stands for all operations of a load beyond the first few that
// failed.
const OtherOperations = "other operations"

// Failure is what was said of failures of one operation and class, with the first of them
// and up to three examples, one of which it is. Texts that differ in numbers and ids alone
// count as one.
type Failure struct {
	Operation string `json:"operation,omitempty"` // empty: the arrival as a whole
	Class     string `json:"class"`
	// Text is without secrets, ids, addresses and ports, on one line; empty: those whose text
	// was not kept.
	Text      string        `json:"text,omitempty"`
	At        time.Duration `json:"at_ns"` // when the first ended
	Status    int           `json:"status,omitempty"`
	RequestID string        `json:"request_id,omitempty"` // of the answer
	SentID    string        `json:"sent_id,omitempty"`    // with which the request was sent
	// Count is how many there were; 0: the run was cut off before they were counted.
	Count    int64     `json:"count,omitempty"`
	Examples []Example `json:"examples,omitempty"` // as they were said
}

// same tells whether two are lines of one account.
func (f Failure) same(other Failure) bool {
	return f.Operation == other.Operation && f.Class == other.Class && f.Text == other.Text && f.Status == other.Status && f.At == other.At
}

// Alike tells whether two texts differ in numbers and ids alone.
func Alike(a, b string) bool {
	seed := maphash.MakeSeed()
	return likeness(seed, a) == likeness(seed, b)
}

// failures is a load's account of them.
type failures struct {
	seed  maphash.Seed
	kinds map[failed]*said
	order []*said
	more  int       // texts beyond the first few of their kinds
	met   int       // likenesses beyond those
	fresh []Failure // as they were said; not on their way to the disk yet
}

type failed struct {
	operation string
	class     Class
}

// said is what was said of one operation and class.
type said struct {
	texts []Failure
	plain []string // as each is kept, which takes long to make
	known []likely
	rest  Failure // those whose text was not kept
}

// likely is a likeness that was met, and which text it is of: several may be of one, as of
// addresses of two kinds.
type likely struct {
	hash uint64
	text int
}

// likelyMost is how many likenesses of one operation and class are told apart, whatever the
// others have; likelyMore of all together beyond these.
const (
	likelyMost = 4 * textsMost
	likelyMore = 4 * textsMore
)

// room tells whether one more likeness, and one more text, of an operation and class are kept.
func (f *failures) room(of *said) bool {
	return (len(of.known) < likelyMost || f.met < likelyMore) && (len(of.texts) < textsMost || f.more < textsMore)
}

// meets notes a likeness.
func (f *failures) meets(of *said, hash uint64, text int) {
	if len(of.known) >= likelyMost {
		f.met++
	}
	of.known = append(of.known, likely{hash, text})
}

func newFailures() *failures {
	return &failures{seed: maphash.MakeSeed(), kinds: map[failed]*said{}}
}

// told tells whether the text of a sample's error is kept: what succeeded, and what
// the run's own end cut, has none.
func told(s Sample) bool { return s.Err != nil && s.Class != OK && s.Class != Aborted }

// take counts a failure, and makes a line of it when its like was not seen before.
func (f *failures) take(s Sample, text string) {
	of := f.of(failed{s.Operation, s.Class})
	hash := likeness(f.seed, text) + uint64(uint32(s.Status))
	if i := slices.IndexFunc(of.known, func(k likely) bool { return k.hash == hash }); i >= 0 {
		of.texts[of.known[i].text].Count++
		of.texts[of.known[i].text].exemplify(s, text)
		return
	}
	if !f.room(of) {
		if of.rest.Count == 0 {
			of.rest.At, of.rest.Status, of.rest.RequestID, of.rest.SentID = s.End, s.Status, s.RequestID, s.SentID
		}
		of.rest.Count++
		return
	}
	fresh := Failure{Operation: of.rest.Operation, Class: of.rest.Class, Text: cmp.Or(whole(text), unsaid), At: s.End, Status: s.Status, RequestID: s.RequestID, SentID: s.SentID, Count: 1}
	plain := fresh.cleaned().Text
	same := -1
	for n, one := range of.texts {
		if one.Status == s.Status && of.plain[n] == plain {
			same = n
			break
		}
	}
	if same >= 0 {
		f.meets(of, hash, same)
		of.texts[same].Count++
		of.texts[same].exemplify(s, text)
		return
	}
	fresh.Text = strings.Clone(fresh.Text) // it may be a part of something large
	fresh.exemplify(s, text)
	if len(of.texts) >= textsMost {
		f.more++
	}
	f.meets(of, hash, len(of.texts))
	of.texts, of.plain = append(of.texts, fresh), append(of.plain, plain)
	fresh.Count, fresh.Examples = 0, slices.Clone(fresh.Examples) // until all are counted
	f.fresh = append(f.fresh, fresh)
}

// of is the account of an operation and class; of too many operations it is one.
func (f *failures) of(key failed) *said {
	of := f.kinds[key]
	if of == nil && len(f.kinds) >= kindsMost {
		key.operation = OtherOperations
		of = f.kinds[key]
	}
	if of == nil {
		of = &said{rest: Failure{Operation: key.operation, Class: key.class.String()}}
		f.kinds[key] = of
		f.order = append(f.order, of)
	}
	return of
}

// count hands over all that was taken, with how many there were.
func (f *failures) count() {
	for _, of := range f.order {
		f.fresh = append(f.fresh, of.texts...)
		if of.rest.Count > 0 {
			f.fresh = append(f.fresh, of.rest)
		}
	}
}

// ship gives what nobody has had yet.
func (f *failures) ship() []Failure {
	fresh := f.fresh
	f.fresh = nil
	return fresh
}

// unsaid stands for a text of which nothing can be shown.
const unsaid = "(nothing was said that can be shown)"

// cleaned is a failure fit to be kept and shown.
func (f Failure) cleaned() Failure {
	f.Operation, f.RequestID, f.SentID = OneLine(f.Operation, IDMost), OneLine(f.RequestID, IDMost), OneLine(f.SentID, IDMost)
	f.Examples = slices.Clone(f.Examples[:min(len(f.Examples), examplesMost)])
	for n := range f.Examples {
		e := &f.Examples[n]
		e.Text, e.RequestID, e.SentID = OneLine(e.Text, textMost), OneLine(e.RequestID, IDMost), OneLine(e.SentID, IDMost)
	}
	if f.Text == "" {
		return f
	}
	said := OneLine(f.Text, textMost)
	f.Text = cmp.Or(alike(said), unsaid)
	if len(f.Examples) == 0 { // of an earlier version
		f.Examples = []Example{{Text: said, At: f.At, RequestID: f.RequestID, SentID: f.SentID}}
	}
	for n := range f.Examples {
		if f.Examples[n].Text == f.Text {
			f.Examples[n].Text = ""
		}
	}
	return f
}

// line is its line of the record. It takes some thousandths of a second, for which the
// load does not wait.
func (f Failure) line() []byte {
	text, _ := json.Marshal(f.cleaned()) // texts and numbers: it never fails
	return append(text, '\n')
}

// likeness is a text without its numbers and ids: a word with a digit in it is as
// good as another. It makes nothing and looks at the beginning only, since every
// failure of a load goes through it.
func likeness(seed maphash.Seed, text string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	text = text[:min(len(text), readMost)]
	for i, taken := 0, 0; i < len(text) && taken < textMost; {
		end, digits := i, false
		for end < len(text) && wordly(text[end]) {
			digits = digits || text[end] >= '0' && text[end] <= '9'
			end++
		}
		word := text[i:max(end, i+1)]
		i += len(word)
		if digits {
			word = "#"
		}
		taken += len(word)
		_, _ = h.WriteString(word) // it never fails
	}
	return h.Sum64()
}

// wordly are the bytes of words, ids and addresses.
func wordly(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '.'
}
