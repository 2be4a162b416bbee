package remote_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote"
)

// waits prints a line, and then the word that it is told.
var waits = remote.Command{Script: `echo "standing $1"; read -r word || exit 9; echo "told $word"; exit 3`, Args: []string{"by"}}

func TestWhatStandsByIsToldAWord(t *testing.T) {
	_, p := one(t)
	s := p.Stand(t.Context(), "ctl-1", waits)
	require.NotNil(t, s)
	r, told := s.Tell(t.Context(), []byte("go\n"), time.Minute)
	require.True(t, told)
	require.Equal(t, remote.Done, r.State)
	require.Equal(t, 3, r.Exit)
	require.Equal(t, "standing by\ntold go\n", string(r.Stdout))
	s.Close()
}

func TestWhatStandsByReadsTheEndWhenItIsLetGo(t *testing.T) {
	_, p := one(t)
	ended := t.TempDir() + "/ended"
	s := p.Stand(t.Context(), "ctl-1", remote.Command{Script: `echo standing; read -r word || echo "no word" >"$1"`, Args: []string{ended}})
	require.NotNil(t, s)
	s.Close()
	require.Eventually(t, func() bool { return fileExists(ended) }, 10*time.Second, 10*time.Millisecond)
	_, told := s.Tell(t.Context(), []byte("go\n"), time.Minute)
	require.False(t, told, "nothing is handed over any more")
}

func TestNothingStandsByWhereItEndsOrIsSilent(t *testing.T) {
	_, p := one(t)
	require.Nil(t, p.Stand(t.Context(), "ctl-1", remote.Command{Script: "exit 1"}))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.Nil(t, p.Stand(ctx, "ctl-1", remote.Command{Script: "read -r word"}))
	require.Nil(t, p.Stand(t.Context(), "ctl-9", waits), "no such node")
}

// A word that was handed over may have had its effect, whatever is seen of it.
func TestAWordWhoseEndIsNotSeenIsUnknown(t *testing.T) {
	server, p := one(t)
	s := p.Stand(t.Context(), "ctl-1", remote.Command{Script: "echo standing; read -r word; sleep 60"})
	require.NotNil(t, s)
	r, told := s.Tell(t.Context(), []byte("go\n"), 200*time.Millisecond)
	require.True(t, told)
	require.Equal(t, remote.Unknown, r.State)
	require.ErrorContains(t, r.Err, "did not end in time")
	s.Close()

	s = p.Stand(t.Context(), "ctl-1", remote.Command{Script: "echo standing; read -r word"})
	require.NotNil(t, s)
	server.cut()
	require.Eventually(t, func() bool {
		_, told := s.Tell(t.Context(), []byte("go\n"), time.Minute)
		return !told
	}, 10*time.Second, 10*time.Millisecond, "a connection that was cut takes no word")
}

// Standing by is for who has sessions to spare: no command waits for it.
func TestWhatStandsByLeavesHalfOfTheSessions(t *testing.T) {
	_, p := one(t)
	var all []remote.Standing
	for range 8 {
		if s := p.Stand(t.Context(), "ctl-1", waits); s != nil {
			all = append(all, s)
		}
	}
	require.Len(t, all, 4, "of 8")
	require.True(t, p.Run(t.Context(), "ctl-1", remote.Command{Script: "exit 0"}).OK())
	for _, s := range all {
		s.Close()
	}
	require.Eventually(t, func() bool {
		s := p.Stand(t.Context(), "ctl-1", waits)
		if s != nil {
			s.Close()
		}
		return s != nil
	}, 10*time.Second, 10*time.Millisecond, "what was let go of takes no session")
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
