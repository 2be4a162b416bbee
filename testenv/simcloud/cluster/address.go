package cluster

import "time"

// How keepalived moves the address: a check of the balancer every second that
// must fail twice, then the holder lets go of it and says so, and the next one
// waits for its skew. A holder that says nothing any more is given up when three
// of its advertisements, one a second, are missing.
const (
	interval = time.Second
	skew     = 500 * time.Millisecond // about, between priorities of 100 and 150
)

// Candidate is a node that may hold the address. Candidates are given in the
// order of their priority.
type Candidate struct {
	Name   string
	OK     bool // its keepalived runs and is heard, and its balancer works
	Speaks bool // its keepalived runs and is heard
}

// Address is a virtual address without preemption: it stays where it is while
// its holder is well. It is not safe for concurrent use.
type Address struct {
	// Draw says where within an interval something happens, from 0 to 1; nil:
	// in the middle.
	Draw func() float64

	holder        string
	bad           bool // the holder is not well
	spoke         bool // it said so itself
	release, take time.Time
}

// Update decides who holds the address now. An address that nobody holds goes
// to the first candidate that is well. Between tells that the holder has let go
// of it and the next one has not taken it: nobody answers there.
func (a *Address) Update(now time.Time, candidates []Candidate) (holder string, between bool) {
	well, speaks, next := false, false, ""
	for _, c := range candidates {
		if c.Name == a.holder {
			well, speaks = c.OK, c.Speaks
		}
		if c.OK && next == "" {
			next = c.Name
		}
	}
	switch {
	case well:
		a.bad = false
		return a.holder, false
	case a.holder == "":
		a.holder = next
		return a.holder, false
	case !a.bad || speaks != a.spoke:
		a.bad, a.spoke = true, speaks
		a.notice(now)
	}
	if !now.Before(a.take) && next != "" {
		a.holder, a.bad = next, false
		return a.holder, false
	}
	return a.holder, speaks && !now.Before(a.release)
}

// notice sets when the address is let go of, and when it is taken.
func (a *Address) notice(now time.Time) {
	within := time.Duration(0.5 * float64(interval))
	if a.Draw != nil {
		within = time.Duration(a.Draw() * float64(interval))
	}
	if a.spoke {
		a.release = now.Add(interval + within) // the first check that fails is within one, the second one later
		a.take = a.release.Add(skew)
		return
	}
	a.release, a.take = now, now.Add(2*interval+within+skew) // its last advertisement was within one
}
