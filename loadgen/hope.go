package loadgen

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/openstack-eris/eris/collectors/record"
)

// refusedMost is how many iterations may be over a quota while none has ended
// otherwise, of all accounts of a load together. A quota that was full from the first
// request on would have the others refused as well, as fast as the service can.
const refusedMost = 10

// Hope watches for that. Those that may end well yet are waited for: who has made something
// meanwhile, and who acts for an account of which nothing has been refused.
type Hope struct {
	tell  func(error)
	other atomic.Bool // an iteration has ended otherwise: nothing is watched for any more

	mu      sync.Mutex
	refused int
	flight  map[*Attempt]bool
	waits   map[*Attempt]bool // those of them that might end well at the last of the refusals
	told    bool
}

// NewHope calls tell once, with why there is none; nil where nobody wants to know.
func NewHope(tell func(why error)) *Hope {
	if tell == nil {
		return nil
	}
	return &Hope{tell: tell, flight: map[*Attempt]bool{}}
}

// Hoping is the part that one account has in it.
type Hoping struct {
	*Hope
	refused bool // something of it was
}

// Account is the part of one account; nil where nobody wants to know.
func (h *Hope) Account() *Hoping {
	if h == nil {
		return nil
	}
	return &Hoping{Hope: h}
}

// Attempt is an iteration that makes something.
type Attempt struct {
	of   *Hoping
	made bool
}

// Begin is called when an iteration begins; nil where nothing is watched for.
func (h *Hoping) Begin() *Attempt {
	if h == nil || h.other.Load() {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	a := &Attempt{of: h}
	h.flight[a] = true
	return a
}

// Made notes that it has made something.
func (a *Attempt) Made() {
	if a == nil || a.of.other.Load() {
		return
	}
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	a.made = true
}

// Ended takes in how it ended; short are the words for its error.
func (a *Attempt) Ended(o Outcome, short func(error) string) {
	if a == nil || a.of.other.Load() {
		return
	}
	h := a.of.Hope
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.flight, a)
	delete(h.waits, a)
	if o.Class != record.Quota || o.Status == http.StatusTooManyRequests { // a limit of rate is none of what there may be
		h.other.Store(true)
		clear(h.flight)
		return
	}
	a.of.refused = true
	if h.refused++; h.refused == refusedMost {
		h.waits = map[*Attempt]bool{}
		for other := range h.flight {
			if other.made || !other.of.refused {
				h.waits[other] = true
			}
		}
	}
	if h.refused >= refusedMost && len(h.waits) == 0 && !h.told {
		h.told = true
		h.tell(fmt.Errorf("the first %d iterations were all over a quota: %s", h.refused, short(o.Err)))
	}
}
