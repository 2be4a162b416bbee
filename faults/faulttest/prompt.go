package faulttest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// prompt is how long after its moment a dead-man may begin: 2 s. Where it runs on this
// machine, as that of a simulated node does in this very program, it may be as much later
// as the machine has let somebody oversleep since.
func prompt(t testing.TB, bed Bed) (within func() time.Duration) {
	t.Helper()
	const bound, tick = 2 * time.Second, 50 * time.Millisecond
	if bed.Kind != inventory.Simulated && bed.Keeper == nil && !bed.Node.Local {
		return func() time.Duration { return bound }
	}
	var most atomic.Int64
	go func() {
		for t.Context().Err() == nil {
			slept := time.Now()
			time.Sleep(tick)
			most.Store(max(most.Load(), int64(time.Since(slept)-tick)))
		}
	}()
	return func() time.Duration {
		late := time.Duration(most.Load())
		t.Logf("who slept for %s on this machine was up to %s late", tick, late)
		return bound + late
	}
}
