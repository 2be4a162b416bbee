package openstack

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// refusedMost is how many iterations may be over a quota while none has ended
// otherwise. A quota that was full from the first request on would have the
// others refused as well, as fast as the service can.
const refusedMost = 10

// hopeless watches for that. Those that have made something meanwhile, and are on their way, may
// end well yet: they are waited for.
type hopeless struct {
	tell  func(error) // nil where nobody wants to know
	other atomic.Bool // an iteration has ended otherwise: nothing is watched for any more

	mu      sync.Mutex
	refused int
	made    map[*Iteration]bool // those in flight that have made something
	waits   map[*Iteration]bool // those of them that were so at the last of the refusals
	told    bool
}

// has notes that an iteration has made something.
func (h *hopeless) has(i *Iteration) {
	if h.tell == nil || h.other.Load() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.made == nil {
		h.made = map[*Iteration]bool{}
	}
	h.made[i] = true
}

// ended takes in how an iteration ended.
func (h *hopeless) ended(i *Iteration, o loadgen.Outcome) {
	if h.tell == nil || h.other.Load() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.made, i)
	delete(h.waits, i)
	if o.Class != record.Quota || o.Status == http.StatusTooManyRequests { // a limit of rate is none of what there may be
		h.other.Store(true)
		h.made, h.waits = nil, nil
		return
	}
	if h.refused++; h.refused == refusedMost {
		h.waits = maps.Clone(h.made)
	}
	if h.refused >= refusedMost && len(h.waits) == 0 && !h.told {
		h.told = true
		h.tell(fmt.Errorf("the first %d iterations were all over a quota: %s", h.refused, short(o.Err)))
	}
}
