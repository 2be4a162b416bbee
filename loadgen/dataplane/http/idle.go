package http

import "sync/atomic"

// idle are the connections that no iteration has, the one that was used last on top. Iterations
// share it and wait for nobody: who meets another one tries again.
type idle struct{ top atomic.Pointer[held] }

// held is a connection on the stack. It is made anew each time, so that one that is on top again
// is another one.
type held struct {
	wire  *wire
	below *held
}

func (s *idle) put(w *wire) {
	h := &held{wire: w}
	for {
		h.below = s.top.Load()
		if s.top.CompareAndSwap(h.below, h) {
			return
		}
	}
}

// take is nil when there is none.
func (s *idle) take() *wire {
	for {
		h := s.top.Load()
		if h == nil {
			return nil
		}
		if s.top.CompareAndSwap(h, h.below) {
			return h.wire
		}
	}
}

// close closes all that are there.
func (s *idle) close() {
	for w := s.take(); w != nil; w = s.take() {
		_ = w.conn.Close()
	}
}
