package faults_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// itself are the events that say of a target that its fault ended by itself.
func (s *scene) itself() []record.TargetEvent {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	var told []record.TargetEvent
	for _, e := range s.journal.events {
		if e.Target != nil && e.Target.State == record.Undoing && e.Target.By == "itself" {
			told = append(told, *e.Target)
		}
	}
	return told
}

// An effect that is gone though nobody has undone it is told once, with when it
// was last seen; the rest is held on, and the undo is as any other.
func TestAnEffectThatIsGoneIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		go func() {
			time.Sleep(5500 * time.Millisecond)
			s.cloud.nodes["ctl-2"].mu.Lock()
			defer s.cloud.nodes["ctl-2"].mu.Unlock()
			s.cloud.nodes["ctl-2"].blind = true
		}()
		began := time.Now()
		require.NoError(t, i.Hold(t.Context(), 15*time.Second))
		require.Equal(t, 15*time.Second, time.Since(began), "the other is held on")
		told := s.itself()
		require.Len(t, told, 1)
		require.Equal(t, "ctl-2", told[0].Target.Node)
		require.InDelta(t, 5, told[0].NodeAt.Seconds(), 0.01, "it is asked each second, and was last seen before it went")
		require.Equal(t, "its effect is not seen any more, and nobody has undone it", told[0].Reason)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
	})
}

// One look that sees nothing is a blink, and a node that gives no answer tells
// nothing.
func TestABlinkIsNoLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		n := s.cloud.nodes["ctl-1"]
		go func() {
			for range 4 {
				time.Sleep(1300 * time.Millisecond)
				n.mu.Lock()
				n.blind = true
				n.mu.Unlock()
				time.Sleep(900 * time.Millisecond)
				n.mu.Lock()
				n.blind = false
				n.mu.Unlock()
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, i.Hold(ctx, 15*time.Second))
		require.Empty(t, s.itself())
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
	})
}

// A probe that cannot tell, as on a busy node, has seen no loss.
func TestWhatCannotBeToldIsNoLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		s.cloud.nodes["ctl-1"].unsure = true
		require.NoError(t, i.Hold(t.Context(), 15*time.Second))
		require.Empty(t, s.itself())
		require.False(t, i.Gone(t.Context()))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
	})
}
