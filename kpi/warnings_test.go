package kpi_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// What a run noticed is in its result with its time, and changes nothing else.
func TestWhatARunWarnedOfIsInItsResult(t *testing.T) {
	with := altered(func(rec *kpi.Record) {
		noted := rec.Events[1]
		noted = record.Event{At: noted.At, Note: &record.Note{Level: "warning", Text: "endpoint of compute moved"}}
		told := record.Event{At: noted.At, Note: &record.Note{Level: "info", Text: "by the way"}}
		rec.Events = slices.Insert(slices.Clone(rec.Events), 2, noted, told)
	}).Result
	require.Len(t, with.Warnings, 1)
	require.Equal(t, "endpoint of compute moved", with.Warnings[0].Text)
	with.Warnings = nil
	require.Equal(t, altered(func(*kpi.Record) {}).Result, with)
}
