package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// A capture is told by its last step, and no figure rests on it.
func TestCapturesAreToldByTheirLastStep(t *testing.T) {
	at := time.Second
	begins := func(node string) record.CaptureEvent {
		return record.CaptureEvent{Capture: "wire", Kind: "packets", Node: node, State: record.CaptureBegins, Trigger: "after kill is injected", From: at, To: 11 * at}
	}
	kept := begins("ctl-1")
	kept.State, kept.Trigger, kept.To, kept.File, kept.Bytes, kept.Has, kept.Cut = record.CaptureKept, "", 5*at, "captures/wire.ctl-1.pcap", 72, "2 packets", "the run was stopped"
	failed := begins("ctl-2")
	failed.State, failed.Trigger, failed.Error = record.CaptureFailed, "", "no answer"
	with := altered(func(rec *kpi.Record) {
		last := rec.Events[len(rec.Events)-1]
		require.NotNil(t, last.Ended)
		rec.Events = slices.Clone(rec.Events)
		for _, e := range []record.CaptureEvent{
			begins("ctl-1"), begins("ctl-2"), begins("ctl-3"), failed, kept,
			{Capture: "late", Kind: "logs", State: record.CaptureSkipped, Trigger: "it did not come"},
		} {
			rec.Events = append(rec.Events, record.Event{At: last.At, Capture: &e})
		}
	}).Result
	require.Equal(t, []kpi.Capture{
		{Name: "wire", Kind: "packets", Node: "ctl-3", State: "begins", Trigger: "after kill is injected", FromMS: 1000, ToMS: 11000},
		{Name: "wire", Kind: "packets", Node: "ctl-2", State: "failed", Trigger: "after kill is injected", FromMS: 1000, ToMS: 11000, Error: "no answer"},
		{Name: "wire", Kind: "packets", Node: "ctl-1", State: "kept", Trigger: "after kill is injected", FromMS: 1000, ToMS: 5000, File: "captures/wire.ctl-1.pcap", Bytes: 72, Has: "2 packets", Cut: "the run was stopped"},
		{Name: "late", Kind: "logs", State: "skipped", Trigger: "it did not come"},
	}, with.Captures)
	with.Captures = nil
	require.Equal(t, altered(func(*kpi.Record) {}).Result, with)
}
