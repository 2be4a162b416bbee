package record

import "time"

// HealedEvent tells that the cloud was well again while a fault was held: somebody else
// than Eris has healed it.
type HealedEvent struct {
	Fault string        `json:"fault"`
	From  time.Duration `json:"from_ns"` // when it was still known not to be
	At    time.Duration `json:"at_ns"`   // when it was first seen to be, and stayed so
}
