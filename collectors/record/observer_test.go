package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// observed is what an observer was told.
type observed struct {
	samples  []record.Sample
	readings []record.Reading
	names    map[string]bool
}

func (o *observed) Sample(load string, s record.Sample) {
	o.samples, o.names[load] = append(o.samples, s), true
}

func (o *observed) Readings(collector string, readings []record.Reading) {
	o.readings, o.names[collector] = append(o.readings, readings...), true
}

// An observer is told of each outcome and reading that is recorded, and of none that is not.
func TestAnObserverIsToldOfWhatIsRecorded(t *testing.T) {
	w, o := create(t), &observed{names: map[string]bool{}}
	w.Observe(o)
	load, err := w.Load("tokens")
	require.NoError(t, err)
	for _, s := range samples() {
		load.Sample(s)
	}
	signals, err := w.Signals("node")
	require.NoError(t, err)
	readings := []record.Reading{{Signal: "cpu", Value: 1}, {Signal: "cpu", Value: 2}}
	require.NoError(t, signals.Write(readings...))
	require.NoError(t, w.Close())
	load.Sample(samples()[0])
	require.Error(t, signals.Write(readings...))
	require.Equal(t, samples(), o.samples)
	require.Equal(t, readings, o.readings)
	require.Equal(t, map[string]bool{"tokens": true, "node": true}, o.names)
}
