package openstack

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// refusedMost is how many iterations may be over a quota while none has ended
// otherwise. A quota that was full from the first request on would have the
// others refused as well, as fast as the service can.
const refusedMost = 10

// hopeless watches for that.
type hopeless struct {
	tell    func(error) // nil where nobody wants to know
	refused atomic.Int64
	other   atomic.Bool // an iteration has ended otherwise
}

func (h *hopeless) ended(o loadgen.Outcome) {
	switch {
	case h.tell == nil || h.other.Load():
	case o.Class != record.Quota || o.Status == http.StatusTooManyRequests: // a limit of rate is none of what there may be
		h.other.Store(true)
	case h.refused.Add(1) == refusedMost:
		h.tell(fmt.Errorf("the first %d iterations were all over a quota: %s", refusedMost, short(o.Err)))
	}
}
