package kpi_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// What a database has not got is told, and changes nothing else.
func TestWhatASinkHasIsNoPartOfTheVerdict(t *testing.T) {
	lost := record.Sink{To: record.InfluxDB, Produced: 100, Written: 10, Lost: 70, Unsure: 20, Reason: "connection refused"}
	with := altered(func(rec *kpi.Record) {
		last := rec.Events[len(rec.Events)-1]
		require.NotNil(t, last.Ended)
		rec.Events = append(slices.Clone(rec.Events), record.Event{At: last.At, Note: &record.Note{Level: "warning", Text: "x", Sink: &lost}})
	}).Result
	require.Equal(t, []record.Sink{lost}, with.Sinks)
	with.Sinks = nil
	require.Equal(t, altered(func(*kpi.Record) {}).Result, with)
}
