package workers

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// What the loads of workers find out is in the record once, however often and by however many it
// is told.
func TestWhatWorkersWarnOfIsToldOnce(t *testing.T) {
	s := newScene(t, 2)
	var notes []string
	s.rec.Subscribe(func(e record.Event) {
		if e.Note != nil {
			notes = append(notes, e.Note.Level+" "+e.Note.Text)
		}
	})
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	s.admit(hello{ID: "b", Name: "gen", Version: "v1"})
	s.Hub.mu.Lock()
	for _, m := range s.members {
		s.heard(m, beat{Told: []string{"endpoint of compute moved"}})
		s.heard(m, beat{Told: []string{"endpoint of compute moved", "load boots cannot send"}})
	}
	s.Hub.mu.Unlock()
	s.flush()
	require.Equal(t, []string{"warning endpoint of compute moved", "warning load boots cannot send"}, notes)
	require.NoError(t, s.rec.Close())
}
