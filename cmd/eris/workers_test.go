package main

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// freePort names a port at which nobody listens now: workers are started before their run. It is
// none of those that the kernel gives to who connects (net.ipv4.ip_local_port_range), which another
// test might have when the run comes to listen.
func freePort(env *testscript.Env) error {
	const from, to = 20000, 32000
	for range 100 {
		port := strconv.Itoa(from + rand.IntN(to-from))
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		env.Setenv("FREE_PORT", port)
		return listener.Close()
	}
	return errors.New("no port is free")
}

// accounts DIR WORKERS LOST holds the accounts of a run's workers against the samples of its
// one load: each arrival is there once and in the part of who sent it, no more and no fewer than
// it says; nothing is missing of those that were not lost; and of the lost ones all that was
// acknowledged is there, and the rest is counted.
func accounts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: accounts DIR WORKERS LOST")
	}
	dir := ts.MkAbs(args[0])
	opened, err := reports.Open(dir)
	ts.Check(err)
	result := &opened.Analysis.Result
	run, err := record.Open(dir)
	ts.Check(err)
	all, lost := len(result.Workers), 0
	if strconv.Itoa(all) != args[1] {
		ts.Fatalf("%d workers, not %s", all, args[1])
	}
	recorded, seen := make([]int64, all), map[int64]bool{}
	first := time.Hour
	for sample, err := range run.Samples(result.Loads[0].Name) {
		ts.Check(err)
		if sample.Operation != "" {
			continue
		}
		if seen[sample.Iteration] {
			ts.Fatalf("arrival %d is there twice", sample.Iteration)
		}
		seen[sample.Iteration] = true
		recorded[sample.Iteration%int64(all)]++
		first = min(first, sample.Intended)
	}
	if warm, known := warmUp(ts, run); !known || first < warm || first-warm > time.Second { // as planned, at 40 a second: no matter when it was sent
		ts.Fatalf("the first arrival was due at %v, and the warm-up began at %v", first, warm)
	}
	var planned, missing int64
	for n, w := range result.Workers {
		p := w.Parts[0]
		planned, missing = planned+p.Planned, missing+p.Unknown+p.NotSent
		switch {
		case p.Sent+p.Dropped != recorded[n]:
			ts.Fatalf("%s: %d sent and %d dropped, and %d in the record", w.Name, p.Sent, p.Dropped, recorded[n])
		case p.Planned != p.Sent+p.Dropped+p.Unknown+p.NotSent || p.Beyond != 0 || p.Sent == 0:
			ts.Fatalf("%s: its account is not closed: %+v", w.Name, p)
		case w.Lost == "" && p.Unknown+p.NotSent != 0:
			ts.Fatalf("%s was not lost, and of its part arrivals are missing: %+v", w.Name, p)
		case w.Lost != "" && (p.Unknown == 0 || p.NotSent == 0):
			ts.Fatalf("%s was lost, and nothing of its part is unknown, or not sent: %+v", w.Name, p)
		}
		if w.Lost != "" {
			lost++
		}
		ts.Logf("%s: %+v, clock %v ± %v ms, worst %v ms", w.Name, p, w.ClockOffsetMS, w.ClockBoundMS, w.ClockWorstMS)
	}
	if strconv.Itoa(lost) != args[2] {
		ts.Fatalf("%d workers were lost, not %s", lost, args[2])
	}
	if int64(len(seen))+missing != planned {
		ts.Fatalf("%d arrivals are in the record and %d missing, of %d that were planned", len(seen), missing, planned)
	}
	acknowledged(ts, run)
	for _, q := range result.Quality {
		if want := map[bool]kpi.Verdict{true: kpi.Pass, false: kpi.Unknown}[lost == 0]; q.Assumption == "every worker sent its part" && q.Verdict != want {
			ts.Fatalf("%s: %s (%s)", q.Assumption, q.Verdict, q.Detail)
		}
	}
}

// warmUp is when the first phase of a run began.
func warmUp(ts *testscript.TestScript, run *record.Run) (at time.Duration, known bool) {
	for e, err := range run.Events() {
		ts.Check(err)
		if e.Phase != nil && e.Phase.Name == record.Warmup {
			return e.At, true
		}
	}
	return 0, false
}

// acknowledged wants all in the record that workers had been told is kept.
func acknowledged(ts *testscript.TestScript, run *record.Run) {
	for e, err := range run.Events() {
		ts.Check(err)
		if w := e.Worker; w != nil && w.State == record.WorkerAccounted && (w.Acked == 0 || w.Taken < w.Acked) {
			ts.Fatalf("%s: %d messages were acknowledged, and %d are in the record", w.Name, w.Acked, w.Taken)
		}
	}
}
