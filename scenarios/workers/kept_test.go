package workers

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// keeping is an idle workload that keeps something.
type keeping struct{ idle }

func (k *keeping) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return k, nil }
func (*keeping) Keeps() bool                                                  { return true }
func (*keeping) Check(context.Context) (loadgen.Kept, bool)                   { return loadgen.Kept{Work: 2}, true }

// What a lost worker has kept is unknown, by its name, also when no other is left to say that the
// load keeps something at all.
func TestWhatLostWorkersHaveKeptIsUnknown(t *testing.T) {
	s := newScene(t, 2)
	agents := []*Agent{agent("w1", "v1"), agent("w2", "v1")}
	for _, a := range agents {
		a.Catalogue = catalogueOf(func() loadgen.Workload { return &keeping{} })
		s.worker(t, a)
	}
	require.NoError(t, s.Join(t.Context(), nil))
	load := s.Plan.Spec.Loads[0]
	sink, err := s.rec.Load(load.Name)
	require.NoError(t, err)
	_, err = s.Open(t.Context(), load, 7, sink)
	require.NoError(t, err)
	require.Empty(t, s.Unasked())
	require.Equal(t, map[string]loadgen.Kept{load.Name: {Work: 4}}, s.Check(t.Context(), time.Second))

	lose := func(name string) {
		s.Hub.mu.Lock()
		defer s.Hub.mu.Unlock()
		for _, m := range s.members {
			if m.called == name {
				s.lose(m, "a test")
			}
		}
	}
	lose("w1")
	gone := []string{"all that worker w1 has kept: it is lost: a test"}
	require.Equal(t, map[string]loadgen.Kept{load.Name: {Work: 2, Unasked: gone}}, s.Check(t.Context(), time.Second))
	lose("w2")
	found := s.Check(t.Context(), time.Second)
	require.ElementsMatch(t, append(gone, "all that worker w2 has kept: it is lost: a test"), found[load.Name].Unasked)
	require.Zero(t, found[load.Name].Work)
	require.ElementsMatch(t, found[load.Name].Unasked, s.Unasked()[load.Name].Unasked)
	_ = s.Close(t.Context()) // they are lost
	for _, end := range s.ends {
		<-end
	}
	require.NoError(t, s.rec.Close())
}

// sinkhole is a sink of which nobody reads.
type sinkhole struct{}

func (sinkhole) Sample(record.Sample) {}
