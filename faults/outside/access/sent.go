package access

import (
	"os"
	"time"

	"github.com/openstack-eris/eris/faults/outside"
)

const (
	// lateWithin is how long a change that was not confirmed keeps its fault from being
	// over: by then whoever was between here and the API has given it up.
	lateWithin = time.Minute
	// lingerWithin is how long a worker looks for it after it was sent. Whoever was handed
	// it may have been frozen, and does it when it wakes.
	lingerWithin = 15 * time.Minute
)

const unanswered = "unanswered"

// Sent is what is known, in a fault's folder, of the change that makes the fault, and of
// those that take it back.
type Sent struct{ outside.Folder }

// Begin notes that it is about to be sent. Where that fails nobody would know for how
// long it may still come.
func (s Sent) Begin() error { return s.KeepSpan(unanswered, outside.Uptime()) }

// Answered notes that it has come, or cannot any more.
func (s Sent) Answered() { _ = os.Remove(s.File(unanswered)) } // with it, it is waited for

// Late is how long it keeps its fault from being over, 0 where it has come or may not
// come any more.
func (s Sent) Late() time.Duration { return s.within(lateWithin) }

// LateFor implements outside.Late.
func (s Sent) LateFor() time.Duration {
	if s.Late() == 0 {
		return 0
	}
	return lateWithin
}

// LingerFor implements the first half of outside.Lingering.
func (s Sent) LingerFor() time.Duration { return s.within(lingerWithin) }

// within is what is left of that time after it was sent.
func (s Sent) within(limit time.Duration) time.Duration {
	if _, err := os.Stat(s.File(unanswered)); err != nil {
		return 0
	}
	if _, seen := s.Stamped("held"); seen {
		return 0
	}
	sent, now := s.Span(unanswered), outside.Uptime()
	if sent > now || now-sent > limit { // the first before this machine's restart
		return 0
	}
	return limit - (now - sent)
}

// Failed keeps why an undo failed, stamps it where it is another reason than before, and
// returns it.
func (s Sent) Failed(by string, err error) error {
	if s.Told() != err.Error() {
		_ = s.Write("told", err.Error())
		_ = s.Stamp("undo-failed", by, err.Error()) // a full disk must not keep the undo from running
	}
	return err
}

// Told implements outside.Telling.
func (s Sent) Told() string {
	text, err := os.ReadFile(s.File("told"))
	if err != nil {
		return "its undo has not ended"
	}
	return string(text)
}
