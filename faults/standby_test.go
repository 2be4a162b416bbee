package faults_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory/remote"
)

// standingCloud is a fakeCloud on whose nodes commands can stand by.
type standingCloud struct {
	*fakeCloud
	all  []*fakeStanding
	gone bool           // what stood by has ended when it is told a word
	end  *remote.Result // what becomes of a word in place of the node's answer
	deaf bool           // and the node does nothing for it
}

type fakeStanding struct {
	cloud  *standingCloud
	node   string
	cmd    remote.Command
	words  []string
	closed bool
}

func (c *standingCloud) Stand(_ context.Context, node string, cmd remote.Command) remote.Standing {
	s := &fakeStanding{cloud: c, node: node, cmd: cmd}
	c.all = append(c.all, s)
	return s
}

func (s *fakeStanding) Tell(_ context.Context, stdin []byte, _ time.Duration) (remote.Result, bool) {
	if s.cloud.gone {
		return remote.Result{}, false
	}
	s.words = append(s.words, string(stdin))
	var out string
	if !s.cloud.deaf {
		out = s.cloud.nodes[s.node].do("inject", s.cmd.Args)
	}
	if s.cloud.end != nil {
		return *s.cloud.end, true
	}
	return remote.Result{State: remote.Done, Stdout: []byte(out)}, true
}

func (s *fakeStanding) Close() { s.closed = true }

// standingScene is a scene whose inject stands by, and how often an inject was
// handed over whole.
func standingScene(t *testing.T) (*standingCloud, *faults.Injection, *int) {
	t.Helper()
	s := newScene(t, "ctl-1")
	cloud, whole := &standingCloud{fakeCloud: s.cloud}, new(int)
	s.cloud.cut = func(_, verb string) *remote.Result {
		if verb == "inject" {
			*whole++
		}
		return nil
	}
	s.use(t, cloud, "ctl-1")
	return cloud, s.armed(t), whole
}

func TestAnInjectThatStandsByIsToldAWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, i, whole := standingScene(t)
		require.Len(t, cloud.all, 1)
		require.Equal(t, []string{"standby", i.Targets()[0].Target.ID}, cloud.all[0].cmd.Args)
		require.True(t, cloud.all[0].cmd.Root)
		require.NoError(t, i.Fire(t.Context(), admit))
		require.Equal(t, []string{"inject\n"}, cloud.all[0].words)
		require.Zero(t, *whole)
		require.True(t, cloud.all[0].closed)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
	})
}

func TestAnInjectWhoseStandbyIsGoneIsHandedOverWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, i, whole := standingScene(t)
		cloud.gone = true
		require.NoError(t, i.Fire(t.Context(), admit))
		require.Equal(t, 1, *whole)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
	})
}

// A word that was given counts as an inject, whatever was seen of it, and is not
// given twice.
func TestAWordWhoseAnswerIsLostIsUnknownAndUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, i, whole := standingScene(t)
		cloud.end = &remote.Result{State: remote.Unknown, Err: context.DeadlineExceeded}
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrUnknown)
		require.Zero(t, *whole)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State(), "it had come to its effect")
	})
}

// What stands by may be ended, with the fault, before it has said that it is late.
func TestAWordToWhatIsOverIsFenced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, i, _ := standingScene(t)
		cloud.deaf, cloud.end = true, &remote.Result{State: remote.Done, Exit: 143, Stdout: []byte("standing\n")}
		cloud.cut = cutWith("ctl-1", "observe", remote.Result{State: remote.Done, Stdout: []byte("fenced nothing of this fault is left on the node\nstate gone\n")})
		began := time.Now()
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrFenced)
		require.Less(t, time.Since(began), time.Second, "nobody looks for an effect there")
	})
}

func TestWhatIsNotFiredIsLetGoOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, i, whole := standingScene(t)
		require.NoError(t, i.Undo(t.Context(), "engine", "its trigger did not fire"))
		require.Equal(t, record.Skipped, i.State())
		require.True(t, cloud.all[0].closed)
		require.Empty(t, cloud.all[0].words)
		require.Zero(t, *whole)
	})
}

// bootsAnew is a fault by which its node boots anew.
type bootsAnew struct{ faults.Fault }

func (f bootsAnew) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := f.Fault.Scripts(target)
	s.Reboots = true
	return s, err
}

// So it is where the node would have booted anew: it has not, and all that is left are
// the stamps of a dead-man that had nothing to undo.
func TestAWordToWhatIsOverHasNoNodeBootAnew(t *testing.T) {
	for name, c := range map[string]struct {
		stamps string
		want   error
		state  record.FaultState
	}{
		"never let through": {"2 0 undone lease", faults.ErrFenced, record.Fenced},
		"let through":       {"1 0 injecting engine\nstamp 2 0 undone lease", faults.ErrUnknown, record.Unknown},
		"cannot be said":    {"1 0 unsure boot\nstamp 2 0 undone boot", faults.ErrUnknown, record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, "ctl-1")
				s.fault = bootsAnew{&service.Stop{}}
				cloud := &standingCloud{fakeCloud: s.cloud, deaf: true, end: &remote.Result{State: remote.Done, Exit: 143, Stdout: []byte("standing\n")}}
				s.use(t, cloud, "ctl-1")
				i := s.armed(t)
				s.cloud.cut = cutWith("ctl-1", "report", remote.Result{State: remote.Done, Stdout: []byte("state gone\nstamp " + c.stamps + "\n")})
				began := time.Now()
				require.ErrorIs(t, i.Fire(t.Context(), admit), c.want)
				require.Less(t, time.Since(began), time.Second, "nobody waits for a boot there")
				require.Equal(t, c.state, i.Targets()[0].State)
				s.cloud.cut = nil
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
			})
		})
	}
}
