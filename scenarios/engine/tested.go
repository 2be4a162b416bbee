package engine

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// describeMost bounds how long is asked for what the run is tried on. Who has not said it
// by then is told as silent: a run does not wait for what it only describes.
const describeMost = 30 * time.Second

// describeCloud puts into the record what the run is tried on, before a load is sent.
func (r *Run) describeCloud(ctx context.Context) {
	if r.Tested == nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, describeMost)
	defer cancel()
	if found := r.Tested(limited, r.administrator("preflight")); ctx.Err() == nil {
		r.event(record.Event{Tested: found})
	}
}
