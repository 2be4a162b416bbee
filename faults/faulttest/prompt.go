package faulttest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// prompt is how long after its moment a dead-man may begin: 2 s. Where it runs on this
// machine, as that of a simulated node does in this very program, it may be as much later
// as this machine was meanwhile.
func prompt(t testing.TB, bed Bed) (within func() time.Duration) {
	t.Helper()
	const bound = 2 * time.Second
	if bed.Kind != inventory.Simulated && bed.Keeper == nil && !bed.Node.Local {
		return func() time.Duration { return bound }
	}
	late := Lateness(t)
	return func() time.Duration { return bound + late() }
}

// Lateness measures how late this machine wakes those that wait, until it is asked: the
// most so far, which is added to a bound on what others were to do here in that time.
func Lateness(t testing.TB) (most func() time.Duration) {
	t.Helper()
	const every = 50 * time.Millisecond
	var worst atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		for last := time.Now(); ; {
			select {
			case <-ctx.Done():
				return
			case <-time.After(every):
			}
			now := time.Now()
			worst.Store(max(worst.Load(), int64(now.Sub(last)-every)))
			last = now
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return func() time.Duration {
		late := time.Duration(worst.Load())
		t.Logf("this machine was late by up to %v", late.Round(time.Millisecond))
		return late
	}
}
