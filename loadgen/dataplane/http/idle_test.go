package http

import (
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each connection is with one at a time, however many take and put, and none is lost.
func TestAnIdleConnectionIsWithOneAtATime(t *testing.T) {
	const workers, rounds, kept = 16, 5_000, 8
	var s idle
	for range kept {
		one, other := net.Pipe()
		t.Cleanup(func() { require.NoError(t, other.Close()) })
		s.put(&wire{conn: one})
	}
	var mine [workers]int
	var running sync.WaitGroup
	for n := range workers {
		running.Go(func() {
			for range rounds {
				if w := s.take(); w != nil {
					w.body.tail = append(w.body.tail, 1) // the race detector sees who shares it
					mine[n]++
					s.put(w)
				}
			}
		})
	}
	running.Wait()
	taken, written, left := 0, 0, 0
	for _, n := range mine {
		taken += n
	}
	for w := s.take(); w != nil; w = s.take() {
		left, written = left+1, written+len(w.body.tail)
		require.NoError(t, w.conn.Close())
	}
	require.Equal(t, kept, left)
	require.Equal(t, taken, written)
}
