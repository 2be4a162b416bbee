package cluster

import "time"

// failover is how long keepalived takes to move the address: a check every
// second that must fail twice, and a missed advertisement.
const failover = 3 * time.Second

// Candidate is a node that may hold the address. Candidates are given in the
// order of their priority.
type Candidate struct {
	Name string
	OK   bool // its keepalived runs and its balancer works
}

// Address is a virtual address without preemption: it stays where it is while
// its holder is well. It is not safe for concurrent use.
type Address struct {
	holder string
	bad    time.Time // since when the holder is not well; zero while it is
}

// Update decides who holds the address now. An address that nobody holds goes
// to the first candidate that is well.
func (a *Address) Update(now time.Time, candidates []Candidate) string {
	well, next := false, ""
	for _, c := range candidates {
		if c.OK && c.Name == a.holder {
			well = true
		}
		if c.OK && next == "" {
			next = c.Name
		}
	}
	switch {
	case well:
		a.bad = time.Time{}
	case a.holder == "":
		a.holder = next
	case a.bad.IsZero():
		a.bad = now
	case now.Sub(a.bad) >= failover && next != "":
		a.holder, a.bad = next, time.Time{}
	}
	return a.holder
}
